#include "mcp_agent/tasks/task_parser.h"

#include <iostream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/linear_growth.h"
#include "tests/support/task_json.h"
#include "tests/support/task_vectors.h"

namespace specrelay {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

nlohmann::json ParsedJson(absl::string_view document) {
  ParsedTasks parsed = ParseTasks(document);
  v1::TaskProgressResponse response;
  response.mutable_tasks()->Swap(&parsed.tasks);
  *response.mutable_summary() = parsed.summary;
  response.set_in_progress_task_id(parsed.in_progress_task_id);
  return TaskProgressToJson(response);
}

// The only task of `document`.
v1::Task OnlyTask(absl::string_view document) {
  const ParsedTasks parsed = ParseTasks(document);
  EXPECT_EQ(parsed.tasks.size(), 1) << document;
  return parsed.tasks.empty() ? v1::Task() : parsed.tasks.at(0);
}

TEST(TaskParserTest, EveryRecordedDocumentGivesWhatWasRecorded) {
  const std::vector<TaskVector> vectors = LoadTaskVectors();
  EXPECT_EQ(vectors.size(), 20u);
  for (const TaskVector& vector : vectors) {
    EXPECT_EQ(ParsedJson(vector.document), vector.expected) << vector.name;
  }
}

TEST(TaskParserTest, RecordedDocumentsWithOtherLineEndingsGiveTheSame) {
  for (const TaskVector& vector : LoadTaskVectors()) {
    std::string crlf;
    for (const char byte : vector.document) crlf += byte == '\n' ? std::string("\r\n") : std::string(1, byte);
    EXPECT_EQ(ParsedJson(crlf), vector.expected) << vector.name;
    if (!vector.document.empty()) crlf.resize(crlf.size() - 2);
    EXPECT_EQ(ParsedJson(crlf), vector.expected) << vector.name << " without final line ending";
    EXPECT_EQ(ParsedJson("\xEF\xBB\xBF" + vector.document), vector.expected) << vector.name << " with byte order mark";
  }
}

TEST(TaskParserTest, TheSummaryAloneIsThatOfTheWhole) {
  std::vector<std::string> documents = {"- [ ] 1. A\n_Prompt: a_\n_Prompt: _\n",
                                        "- [ ] 1. A\n_Prompt:\n",
                                        "- [ ] 1. A\n_Prompt:\n_\n",
                                        "- [ ] 1. A\n_Prompt:\nmore\n_\n",
                                        "- [ ] 1. A\nFile: (x)\n",
                                        "- [ ] 1. A\n_Requirements: NFR_\n",
                                        "- [~] 1. A\n- _Blocked: x_\n- [ ] B\n- c\n",
                                        "- c\n- [x] 1. A\n",
                                        "- [ ] 1. A\n- Purpose:\n",
                                        "- [ ] 1. A\n_Leverage: x_\n- [-] 2. B\n- c\n"};
  for (const TaskVector& vector : LoadTaskVectors()) documents.push_back(vector.document);
  for (const std::string& document : documents) {
    EXPECT_TRUE(MessageDifferencer::Equals(SummarizeTasks(document), ParseTasks(document).summary)) << document;
  }
}

TEST(TaskParserTest, DetailsEndAtAnyCheckbox) {
  const ParsedTasks parsed = ParseTasks("- stray\n- [ ] 1. A\n- [ ] no number\n  - detail\n- [ ] 2. B\n  - own\n");
  ASSERT_EQ(parsed.tasks.size(), 2);
  EXPECT_TRUE(parsed.tasks.at(0).is_header());
  EXPECT_THAT(parsed.tasks.at(1).implementation_details(), ElementsAre("own"));
}

TEST(TaskParserTest, DetailsOfSeveralLinesOfAKindAddUp) {
  const v1::Task task = OnlyTask(
      "- [ ] 1. A\n  - _Requirements: 1_\n  - _Requirements: 2_\n  - _Leverage: a, b_\n  - _Leverage: c_\n"
      "  - File: a\n  - Files: b\n");
  EXPECT_THAT(task.requirements(), ElementsAre("1", "2"));
  EXPECT_EQ(task.leverage(), "a, b, c");
  EXPECT_THAT(task.files(), ElementsAre("a", "b"));
}

TEST(TaskParserTest, TheLastPromptAndTheFirstReasonCount) {
  const v1::Task task = OnlyTask(
      "- [~] 1. A\n  - _Blocked: _\n  - _Blocked: first_\n  - _Blocked: second_\n  - _Prompt: a | b\n  - _Prompt: "
      "last_\n");
  EXPECT_EQ(task.blocked_reason(), "first");
  EXPECT_EQ(task.prompt(), "last");
  EXPECT_THAT(task.prompt_sections(), IsEmpty());
}

TEST(TaskParserTest, AReasonIsGivenWhateverTheStatusAndIsNoDetail) {
  const v1::Task task = OnlyTask("- [x] 1. A\n  - _Blocked: stale_\n");
  EXPECT_EQ(task.status(), v1::TASK_STATUS_COMPLETED);
  EXPECT_EQ(task.blocked_reason(), "stale");
  EXPECT_TRUE(task.is_header());
}

TEST(TaskParserTest, APromptThatStartsOnTheNextLineHasNoSpaceInFront) {
  const v1::Task task = OnlyTask("- [ ] 1. A\n  - _Prompt:\n    Role: Dev\n    _\n    | Task: work_\n");
  EXPECT_EQ(task.prompt(), "Role: Dev | Task: work");
  ASSERT_EQ(task.prompt_sections_size(), 2);
  EXPECT_EQ(task.prompt_sections(1).value(), "work");
}

TEST(TaskParserTest, InvalidUtf8IsReplacedEverywhere) {
  const v1::Task task = OnlyTask(
      "- [~] 1. A\xFFz\n  - _Requirements: r\xC3_\n  - _Leverage: l\xE2\x82_\n  - File: f\x80\n  - Purpose: p\xFE\n"
      "  - detail \xF0\x9F\n  - _Blocked: b\xFF_\n  - _Prompt: Role: \xFF\n    | T\xFF: v\xFF_\n");
  EXPECT_EQ(task.description(), "A\xEF\xBF\xBDz");
  EXPECT_THAT(task.requirements(), ElementsAre("r\xEF\xBF\xBD"));
  EXPECT_EQ(task.leverage().substr(0, 4), "l\xEF\xBF\xBD");
  EXPECT_THAT(task.files(), ElementsAre("f\xEF\xBF\xBD"));
  EXPECT_THAT(task.purposes(), ElementsAre("p\xEF\xBF\xBD"));
  EXPECT_EQ(task.blocked_reason(), "b\xEF\xBF\xBD");
  EXPECT_EQ(task.prompt_sections(1).key(), "T\xEF\xBF\xBD");
  // The serializer of proto3 refuses text that is not UTF-8 on the other side.
  v1::Task copy;
  EXPECT_TRUE(copy.ParseFromString(task.SerializeAsString()));
  EXPECT_TRUE(MessageDifferencer::Equals(task, copy));
}

TEST(TaskParserTest, NulBytesAreText) {
  EXPECT_EQ(OnlyTask(absl::string_view("- [ ] 1. a\0b\n", 13)).description(), std::string("a\0b", 3));
}

TEST(TaskParserTest, OneTaskIsParsedAloneAsWithinItsDocument) {
  for (const TaskVector& vector : LoadTaskVectors()) {
    const ParsedTasks parsed = ParseTasks(vector.document);
    size_t offset = 0;
    int line_number = 0;
    for (const v1::Task& task : parsed.tasks) {
      for (; line_number < task.line_number(); ++line_number) offset = vector.document.find('\n', offset) + 1;
      const v1::Task alone = ParseFirstTask(absl::string_view(vector.document).substr(offset), line_number);
      EXPECT_TRUE(MessageDifferencer::Equals(alone, task)) << vector.name << " " << task.id();
    }
  }
  EXPECT_EQ(ParseFirstTask("prose\n- [ ] 1. A\n", 0).id(), "");
  EXPECT_EQ(ParseFirstTask("", 0).id(), "");
}

TEST(TaskParserTest, ProgressIsTheCompletedShare) {
  v1::TaskSummary summary;
  EXPECT_EQ(ProgressPercent(summary), 0);
  summary.set_total(3);
  EXPECT_EQ(ProgressPercent(summary), 0);
  summary.set_completed(1);
  EXPECT_EQ(ProgressPercent(summary), 33.33333333333333);  // as recorded, to the last digit
  summary.set_completed(3);
  EXPECT_EQ(ProgressPercent(summary), 100);
}

TEST(TaskParserTest, ADocumentOfTenMegabytesIsParsed) {
  const std::string section =
      "- [x] 1. Data layer\n  - [-] 1.1 Create the schema of the users and their sessions\n    - File: db/schema.sql "
      "(new)\n"
      "    - Purpose: Keep users\n    - Add the tables and an index for each foreign key\n    - _Requirements: 1.1, "
      "1.2_\n"
      "    - _Leverage: db/base.ts_\n    - _Prompt: Role: Developer | Task: Create the schema | Success: tests pass_\n";
  std::string document;
  while (document.size() < 10'000'000) document += section;
  const absl::Time start = absl::Now();
  const ParsedTasks parsed = ParseTasks(document);
  const absl::Time parsed_at = absl::Now();
  const v1::TaskSummary summary = SummarizeTasks(document);
  std::cout << "10 MB: parsed in " << parsed_at - start << ", summarized in " << absl::Now() - parsed_at << std::endl;
  EXPECT_EQ(parsed.tasks.size(), 2 * document.size() / section.size());
  EXPECT_EQ(summary.in_progress(), document.size() / section.size());
}

struct Shape {
  const char* name;
  std::string head;
  std::string unit;
  std::string tail;
};

// Inputs that make careless scanners look at the same bytes again and again.
std::vector<Shape> HostileShapes() {
  const std::string task = "- [ ] 1. A\n";
  return {{"brackets", "", "[", ""},
          {"brackets in an item", "- ", "[", ""},
          {"one long description", "- [ ] 1. ", "a", ""},
          {"task lines", "", task, ""},
          {"long number", "- [ ] ", "1", " A"},
          {"long number with periods", "- [ ] ", "1.", "A"},
          {"white space before a checkbox", "", " ", "- [ ] 1. A"},
          {"white space in a description", "- [ ] 1. A", " ", "B"},
          {"wide white space", task, "\xE3\x80\x80", ""},
          {"line feeds", task, "\n", ""},
          {"carriage returns", task, "\r", ""},
          {"unterminated prompts", task, "  - _Prompt: a | b\n", ""},
          {"unterminated prompts without items", task, "_Prompt: a | b\n", ""},
          {"prompt keys in one line", task, "_Prompt:", ""},
          {"prompt over many lines", task + "_Prompt:\n", "a |\n", ""},
          {"bars", task + "_Prompt: ", "|", "_"},
          {"short sections", task + "_Prompt: ", "a:b|", "_"},
          {"sections that continue", task + "_Prompt: a|b:c", "|d", "_"},
          {"known keys", task + "_Prompt: ", "Role:", "|_"},
          {"colons", task + "_Prompt: ", ":", "|_"},
          {"underscores", task + "- _Requirements:", "_a", ""},
          {"closing underscores", task + "- _Requirements:", "_", ""},
          {"requirement keys", task, "_Requirements:", ""},
          {"commas", task + "- _Requirements: ", "1,", "_"},
          {"file keys", task, "File:", ""},
          {"opening parentheses", task + "- File: ", "(", ")"},
          {"opening parentheses, never closed", task + "- File: ", "(,", ""},
          {"parentheses in one path", task + "- File: ", "a()", " (b)"},
          {"spaces before parentheses", task + "- File: a", " ", "(b)"},
          {"blocked lines", task, "- _Blocked: a_\n", ""},
          {"invalid UTF-8", task + "- ", "\xFF", ""},
          {"NUL bytes", task + "- ", std::string(1, '\0'), ""}};
}

TEST(TaskParserTest, TimeIsLinearInTheInput) {
  for (const Shape& shape : HostileShapes()) {
    EXPECT_TRUE(GrowsLinearly(std::string("parse: ") + shape.name, shape.head, shape.unit, shape.tail,
                              [](const std::string& document) { ParseTasks(document); }));
    EXPECT_TRUE(GrowsLinearly(std::string("summarize: ") + shape.name, shape.head, shape.unit, shape.tail,
                              [](const std::string& document) { SummarizeTasks(document); }));
  }
}

}  // namespace
}  // namespace specrelay
