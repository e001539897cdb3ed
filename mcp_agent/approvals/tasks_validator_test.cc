#include "mcp_agent/approvals/tasks_validator.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/task_vectors.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<int> LinesOf(absl::string_view document) {
  std::vector<int> lines;
  for (const TasksError& error : ValidateTasks(document)) {
    EXPECT_FALSE(error.message.empty());
    EXPECT_FALSE(error.hint.empty());
    lines.push_back(error.line);
  }
  return lines;
}

TEST(TasksValidatorTest, TheRecordedDocumentsPassOrFailForAReason) {
  const std::map<std::string, std::vector<int>> expected = {
      {"duplicate-ids", {2}},         // the second task 1 could never be updated
      {"empty", {1}},                 // there is nothing to approve
      {"no-number-skipped", {1, 3}},  // checkboxes that no progress counts
      {"no-space-box", {1, 2, 3}},    // the same
      {"only-prose", {1}},            // no task
      {"uppercase-x-ignored", {1}},   // "[X]" is no checkbox
  };
  for (const TaskVector& vector : LoadTaskVectors()) {
    const auto it = expected.find(vector.name);
    EXPECT_EQ(LinesOf(vector.document), it == expected.end() ? std::vector<int>() : it->second) << vector.name;
  }
}

TEST(TasksValidatorTest, ACompleteDocumentIsFine) {
  EXPECT_THAT(ValidateTasks("# Tasks\r\n\r\n- [x] 1. One\r\n  - File: src/__init__.py\r\n  - _Leverage: src/a_b.py_\r\n"
                            "  - _Requirements: 1.1, 1.2_.\r\n* [~] 1.1 Two\n  - _Blocked: no\n"
                            "  - see [x](y) and\n  - [a][b]\n  - [1](link)\n"),
              IsEmpty());
}

TEST(TasksValidatorTest, CheckboxesThatAreNoneAreFound) {
  EXPECT_THAT(
      LinesOf("- [ ] 1. One\n- [] 2. Two\n-[ ] 3. Three\n- [X] 4. Four\n- [✓] 5. Five\n+ [ ] 6. Six\n  * [?] x"),
      ElementsAre(2, 3, 4, 5, 6, 7));
}

TEST(TasksValidatorTest, NumbersMustBeThereBeNumericAndDiffer) {
  EXPECT_THAT(LinesOf("- [ ] 1. One\n- [ ] A. Two\n- [ ]3. Three\n- [ ] 1. Four\n- [ ] 5\n- [ ] 6.a Six"),
              ElementsAre(2, 3, 4, 5, 6));
  EXPECT_THAT(ValidateTasks("- [ ] 7. a\n\n- [x] 7. b")[0].message, HasSubstr("line 1"));
}

TEST(TasksValidatorTest, KeysMustBeClosed) {
  EXPECT_THAT(LinesOf("- [ ] 1. One\n  - _Requirements: 1.1\n  - _Leverage: a_b.ts\n  - _Requirements:_\n"
                      "  - _Leverage: a.ts_, _Requirements: 1\n"),
              ElementsAre(2, 3, 5));
}

TEST(TasksValidatorTest, APromptMayGoOnAndMustEnd) {
  EXPECT_THAT(ValidateTasks("- [ ] 1. One\n  - _Prompt: Role: a\n    goes on\n    and ends_\n"), IsEmpty());
  EXPECT_THAT(LinesOf("- [ ] 1. One\n  - _Prompt: Role: a\n    goes on\n- [ ] 2. Two\n  - _Prompt: b"),
              ElementsAre(2, 5));
  EXPECT_THAT(LinesOf("- [ ] 1. One\n  - _Prompt: a\n\n  prose_\n"), ElementsAre(2));
  EXPECT_THAT(ValidateTasks("- [ ] 1. One\n  - _Prompt: use _Leverage: x and _Requirements: y_"), IsEmpty());
}

TEST(TasksValidatorTest, AtMostTwentyErrorsAreReported) {
  std::string document;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&document, "- [ ] task\n  - _Prompt: open\n");
  const std::vector<TasksError> errors = ValidateTasks(document);
  EXPECT_THAT(errors, SizeIs(kMaxTasksErrors));
  EXPECT_THAT(TasksErrorStatus("tasks.md", errors),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("at least 20 errors")));
}

TEST(TasksValidatorTest, TheStatusNamesFileLinesAndWhatToDo) {
  EXPECT_THAT(TasksErrorStatus("a/tasks.md", {}), IsOk());
  EXPECT_THAT(TasksErrorStatus("a/tasks.md", ValidateTasks("# T\n- [ ] Write docs\n")),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("'a/tasks.md' has 1 error;"), HasSubstr("line 2: "),
                             HasSubstr("'- [ ] Write docs' has no number"), HasSubstr("- [ ] 1. Description"))));
}

TEST(TasksValidatorTest, AnyBytesAreValidated) {
  const std::string bytes("- [ ] \xFF\n- [\xFF] x\n\0- [", 20);
  for (const TasksError& error : ValidateTasks(bytes)) EXPECT_GE(error.line, 1);
}

}  // namespace
}  // namespace specrelay
