#include "mcp_agent/tasks/task_editor.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "mcp_agent/tasks/task_parser.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/linear_growth.h"
#include "tests/support/task_json.h"
#include "tests/support/task_vectors.h"

namespace specrelay {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr v1::TaskStatus kStatuses[] = {v1::TASK_STATUS_PENDING, v1::TASK_STATUS_IN_PROGRESS, v1::TASK_STATUS_COMPLETED,
                                        v1::TASK_STATUS_BLOCKED};

// The document after task 1 got `status`. Checks what holds for every edit.
std::string Edited(const std::string& document, v1::TaskStatus status, absl::string_view reason = "") {
  const auto edit = SetTaskStatus(document, "1", status, reason);
  EXPECT_THAT(edit, IsOk());
  if (!edit.ok()) return "";
  EXPECT_EQ(edit->task.status(), status);
  EXPECT_EQ(edit->changed, edit->document != document);
  EXPECT_TRUE(MessageDifferencer::Equals(ParseTasks(edit->document).tasks.at(0), edit->task));
  return edit->document;
}

std::string Blocked(const std::string& document, absl::string_view reason = "") {
  return Edited(document, v1::TASK_STATUS_BLOCKED, reason);
}

TEST(TaskEditorTest, EveryRecordedUpdateGivesTheRecordedDocument) {
  const std::vector<TaskUpdateVector> vectors = LoadTaskUpdateVectors();
  EXPECT_EQ(vectors.size(), 112u);
  for (const TaskUpdateVector& vector : vectors) {
    const auto edit = SetTaskStatus(vector.document, vector.task_id, vector.status, vector.reason);
    ASSERT_THAT(edit, IsOk()) << vector.name;
    EXPECT_EQ(edit->document, vector.expected) << vector.name;
    EXPECT_EQ(edit->changed, vector.document != vector.expected) << vector.name;
    EXPECT_EQ(edit->task.id(), vector.task_id) << vector.name;
    EXPECT_EQ(edit->task.status(), vector.status) << vector.name;
    EXPECT_EQ(edit->task.blocked_reason(), vector.reason) << vector.name;
  }
}

TEST(TaskEditorTest, TheRecordedProgressOfTheSampleProjectIsReproduced) {
  const std::string vectors = "tests/testdata/vectors/";
  std::ifstream file(vectors + "spec-context-tree/.spec-context/specs/user-auth/tasks.md", std::ios::binary);
  const std::string document(std::istreambuf_iterator<char>(file), {});
  // The exchange was recorded before task 3 was completed.
  ASSERT_OK_AND_ASSIGN(const TaskEdit edit, SetTaskStatus(document, "3", v1::TASK_STATUS_PENDING, ""));
  const ParsedTasks parsed = ParseTasks(edit.document);

  std::ifstream rest(vectors + "rest.json");
  const nlohmann::json exchanges = nlohmann::json::parse(rest).at("exchanges");
  const auto recorded = std::find_if(exchanges.begin(), exchanges.end(), [](const nlohmann::json& exchange) {
    return absl::EndsWith(exchange.at("path").get<std::string>(), "/user-auth/tasks/progress");
  });
  ASSERT_NE(recorded, exchanges.end());
  const nlohmann::json& expected = recorded->at("response");
  EXPECT_EQ(parsed.summary.total(), expected.at("total"));
  EXPECT_EQ(parsed.summary.completed(), expected.at("completed"));
  EXPECT_EQ(parsed.in_progress_task_id, expected.at("inProgress"));
  EXPECT_EQ(ProgressPercent(parsed.summary), expected.at("progress"));
  ASSERT_EQ(parsed.tasks.size(), static_cast<int>(expected.at("taskList").size()));
  for (int i = 0; i < parsed.tasks.size(); ++i) {
    nlohmann::json task = TaskToJson(parsed.tasks.at(i));
    task.erase("blocked");  // younger than the recording
    EXPECT_EQ(task, expected.at("taskList").at(i));
  }
}

TEST(TaskEditorTest, TheStatusBeforeIsTold) {
  const std::string document = "- [ ] 1. A\n- [-] 2. B\n- [x] 3. C\n- [~] 4. D\n";
  const char* const kIds[] = {"1", "2", "3", "4"};
  for (int i = 0; i < 4; ++i) {
    for (const v1::TaskStatus status : kStatuses) {
      ASSERT_OK_AND_ASSIGN(const TaskEdit edit, SetTaskStatus(document, kIds[i], status, ""));
      EXPECT_EQ(edit.previous, kStatuses[i]);
      EXPECT_EQ(edit.changed, status != kStatuses[i]);
    }
  }
}

TEST(TaskEditorTest, TheTaskIsTheOneOfTheDocumentAfterwards) {
  const std::string document = "# T\n\n  - [ ] 2.1 A\n    - File: a.ts\n    - _Prompt: x\n";
  ASSERT_OK_AND_ASSIGN(const TaskEdit edit, SetTaskStatus(document, "2.1", v1::TASK_STATUS_BLOCKED, "why"));
  EXPECT_EQ(edit.task.line_number(), 2);
  EXPECT_EQ(edit.task.indent_level(), 1);
  EXPECT_EQ(edit.task.blocked_reason(), "why");
  EXPECT_EQ(edit.task.files(0), "a.ts");
  EXPECT_EQ(edit.task.prompt(), "x");
}

TEST(TaskEditorTest, AnotherStatusTakesTheBlockedLinesAway) {
  const std::string document =
      "- [~] 1. A\n  - _Blocked: x_\n  - detail\n  * _Blocked:y_\n- [ ] 2. B\n  - _Blocked: z_\n";
  EXPECT_EQ(Edited(document, v1::TASK_STATUS_PENDING), "- [ ] 1. A\n  - detail\n- [ ] 2. B\n  - _Blocked: z_\n");
  EXPECT_EQ(Edited("- [~] 1. A\n_Blocked: x_ (since Monday)\n", v1::TASK_STATUS_COMPLETED), "- [x] 1. A\n");
}

TEST(TaskEditorTest, OtherLinesThatMentionBlockedStay) {
  EXPECT_EQ(Edited("- [~] 1. A\n  - see _Blocked: x_\n", v1::TASK_STATUS_PENDING),
            "- [ ] 1. A\n  - see _Blocked: x_\n");
  EXPECT_EQ(Edited("- [~] 1. A\n  - _Prompt: p\n    _Blocked: x_\n", v1::TASK_STATUS_PENDING),
            "- [ ] 1. A\n  - _Prompt: p\n    _Blocked: x_\n");
  EXPECT_EQ(Edited("- [~] 1. A\n- [~] no number\n  - _Blocked: x_\n", v1::TASK_STATUS_PENDING),
            "- [ ] 1. A\n- [~] no number\n  - _Blocked: x_\n");
}

TEST(TaskEditorTest, AnotherReasonReplacesTheOneThereIsInItsPlace) {
  EXPECT_EQ(Blocked("- [~] 1. A\n  - detail\n\t * _Blocked: x_  \n", "y"),
            "- [~] 1. A\n  - detail\n\t * _Blocked: y_\n");
  EXPECT_EQ(Blocked("- [~] 1. A\n_Blocked: x_\n  - _Blocked: z_\n  - d\n", "y"), "- [~] 1. A\n_Blocked: y_\n  - d\n");
  EXPECT_EQ(Blocked("- [ ] 1. A\n  - _Blocked: stale_\n", "y"), "- [~] 1. A\n  - _Blocked: y_\n");
  EXPECT_EQ(Blocked("- [~] 1. A\n  - _Blocked: x_\r\n", "y"), "- [~] 1. A\n  - _Blocked: y_\r\n");
}

TEST(TaskEditorTest, BlockedAgainWithoutReasonKeepsTheReason) {
  const std::string document = "- [~] 1. A\n  - _Blocked: x_\n";
  EXPECT_EQ(Blocked(document), document);
  EXPECT_EQ(Blocked(document, " \t"), document);
  EXPECT_EQ(Blocked(document, " x "), document);
}

TEST(TaskEditorTest, BlockedAnewWithoutReasonHasNone) {
  EXPECT_EQ(Blocked("- [ ] 1. A\n  - d\n"), "- [~] 1. A\n  - d\n");
  EXPECT_EQ(Blocked("- [-] 1. A\n  - _Blocked: stale_\n"), "- [~] 1. A\n");
}

TEST(TaskEditorTest, TheSameStatusChangesNothingEvenWithAStaleReason) {
  const std::string document = "- [x] 1. A\n  - _Blocked: stale_\n";
  EXPECT_EQ(Edited(document, v1::TASK_STATUS_COMPLETED), document);
}

TEST(TaskEditorTest, AReasonMeansNothingWithAnotherStatus) {
  EXPECT_EQ(Edited("- [ ] 1. A\n", v1::TASK_STATUS_COMPLETED, "why"), "- [x] 1. A\n");
  EXPECT_EQ(Edited("- [x] 1. A\n", v1::TASK_STATUS_COMPLETED, "why"), "- [x] 1. A\n");
}

TEST(TaskEditorTest, AReasonIsReadBackAsItWasGiven) {
  for (const std::string reason : {"x", "needs A_KEY", "_", "__init__", "a_ b", "_Prompt: | File: x (y)", "- [x] 2. B",
                                   "日本 🚀", "tab\there", "*", "_Blocked: x_", "\\_", "a|b: c"}) {
    const auto edit = SetTaskStatus("- [ ] 1. A\n- [ ] 2. B\n", "1", v1::TASK_STATUS_BLOCKED, reason);
    ASSERT_THAT(edit, IsOk());
    EXPECT_EQ(edit->document, "- [~] 1. A\n  - _Blocked: " + reason + "_\n- [ ] 2. B\n");
    EXPECT_EQ(edit->task.blocked_reason(), reason);
    EXPECT_EQ(Blocked(edit->document, reason), edit->document);
    EXPECT_EQ(Edited(edit->document, v1::TASK_STATUS_PENDING), "- [ ] 1. A\n- [ ] 2. B\n");
  }
}

TEST(TaskEditorTest, TheLineEndingOfTheTaskIsUsed) {
  EXPECT_EQ(Blocked("# T\n- [ ] 1. A\r\n- d\n", "y"), "# T\n- [~] 1. A\r\n  - _Blocked: y_\r\n- d\n");
  EXPECT_EQ(Blocked("# T\r\n- [ ] 1. A\n- d\r\n", "y"), "# T\r\n- [~] 1. A\n  - _Blocked: y_\n- d\r\n");
}

TEST(TaskEditorTest, AMissingFinalLineEndingStaysMissing) {
  EXPECT_EQ(Blocked("- [ ] 1. A", "y"), "- [~] 1. A\n  - _Blocked: y_");
  EXPECT_EQ(Blocked("# T\r\n- [ ] 1. A", "y"), "# T\r\n- [~] 1. A\r\n  - _Blocked: y_");
  EXPECT_EQ(Blocked("# T\r\n- [ ] 1. A\r", "y"), "# T\r\n- [~] 1. A\r\n  - _Blocked: y_");
  EXPECT_EQ(Blocked("- [~] 1. A\n  - _Blocked: x_", "y"), "- [~] 1. A\n  - _Blocked: y_");
  EXPECT_EQ(Edited("- [~] 1. A\n  - _Blocked: x_", v1::TASK_STATUS_PENDING), "- [ ] 1. A");
  EXPECT_EQ(Edited("- [~] 1. A\r\n  - _Blocked: x_\r\n  - _Blocked: y_", v1::TASK_STATUS_PENDING), "- [ ] 1. A");
  EXPECT_EQ(Edited("- [~] 1. A", v1::TASK_STATUS_COMPLETED), "- [x] 1. A");
}

TEST(TaskEditorTest, TheInsertedLineIsTwoSpacesDeeperThanTheTask) {
  EXPECT_EQ(Blocked("\t* [ ] 1. A\n", "y"), "\t* [~] 1. A\n\t  - _Blocked: y_\n");
  EXPECT_EQ(Blocked("\xE3\x80\x80- [ ] 1. A\n", "y"), "\xE3\x80\x80- [~] 1. A\n\xE3\x80\x80  - _Blocked: y_\n");
}

TEST(TaskEditorTest, AByteOrderMarkIsNotRepeated) {
  EXPECT_EQ(Blocked("\xEF\xBB\xBF- [ ] 1. A\n", "y"), "\xEF\xBB\xBF- [~] 1. A\n  - _Blocked: y_\n");
}

TEST(TaskEditorTest, EveryOtherByteStays) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const std::string before = "\xEF\xBB\xBF" + bytes + "\r\n\xFF\xC3\r\n \n";
  const std::string after = "  \r" + bytes + "\n\n\n" + bytes + "\r\n- [X] 1. Upper\n-[ ] 1. tight\n\xC3";
  EXPECT_EQ(Edited(before + "*  \t[ ]  1\\.   A\xFF \t \xC2\xA0" + after, v1::TASK_STATUS_IN_PROGRESS),
            before + "*  \t[-]  1\\.   A\xFF \t \xC2\xA0" + after);
}

TEST(TaskEditorTest, TheFirstTaskOfSeveralWithTheIdIsEdited) {
  ASSERT_OK_AND_ASSIGN(const TaskEdit edit,
                       SetTaskStatus("- [ ] 11. K\n- [ ] 1.1 B\n- [X] 1. U\n- [x] 1. C\n- [x] 1. D\n", "1",
                                     v1::TASK_STATUS_PENDING, ""));
  EXPECT_EQ(edit.document, "- [ ] 11. K\n- [ ] 1.1 B\n- [X] 1. U\n- [ ] 1. C\n- [x] 1. D\n");
  EXPECT_EQ(edit.task.line_number(), 3);
}

TEST(TaskEditorTest, AnUnknownTaskIsNotFoundAndNamed) {
  const std::string document = "- [ ] 1. A\n- [ ] 1.10 B\n- [X] 99. C\n- [ ] no number\n";
  EXPECT_THAT(SetTaskStatus(document, "99", v1::TASK_STATUS_PENDING, ""),
              IsStatus(absl::StatusCode::kNotFound, AllOf(HasSubstr("Task 99 not found"), HasSubstr("task-progress"))));
  for (const std::string id : {"2", "1.", "1.1", "01", "1 ", " 1", "no number", "\xFF", "1\n", "日"}) {
    const auto edit = SetTaskStatus(document, id, v1::TASK_STATUS_PENDING, "");
    EXPECT_THAT(edit, HasCode(absl::StatusCode::kNotFound)) << id;
    EXPECT_THAT(std::string(edit.status().message()), testing::Not(HasSubstr("\n")));
  }
  EXPECT_LT(SetTaskStatus("", std::string(100000, '1'), v1::TASK_STATUS_PENDING, "").status().message().size(), 1000u);
  EXPECT_THAT(SetTaskStatus(document, std::string("1\0", 2), v1::TASK_STATUS_PENDING, ""),
              HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(SetTaskStatus("", "1", v1::TASK_STATUS_PENDING, ""), HasCode(absl::StatusCode::kNotFound));
}

TEST(TaskEditorTest, AnEmptyIdIsInvalid) {
  EXPECT_THAT(SetTaskStatus("- [ ] A\n", "", v1::TASK_STATUS_PENDING, ""),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("task id")));
}

TEST(TaskEditorTest, AMissingOrUnknownStatusIsInvalid) {
  for (const int status : {0, 5, -1, 1000}) {
    EXPECT_THAT(SetTaskStatus("- [ ] 1. A\n", "1", static_cast<v1::TaskStatus>(status), ""),
                IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("status")));
  }
}

TEST(TaskEditorTest, AReasonThatIsNotOneLineOfTextIsInvalid) {
  const std::string kReasons[] = {"a\nb",
                                  "a\r",
                                  std::string("a\0b", 3),
                                  "a\x1B[2J",
                                  "a\x7F",
                                  "a\xFF",
                                  "\xC3",
                                  "a\xE2\x80\xA8z",
                                  "a\xC2\x85z",
                                  "a\vb",
                                  "a\xED\xA0\x80",
                                  std::string(kMaxBlockedReasonBytes + 1, 'a')};
  for (const std::string& reason : kReasons) {
    for (const v1::TaskStatus status : {v1::TASK_STATUS_BLOCKED, v1::TASK_STATUS_PENDING}) {
      EXPECT_THAT(SetTaskStatus("- [ ] 1. A\n", "1", status, reason),
                  IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("reason")))
          << testing::PrintToString(reason);
    }
  }
  EXPECT_THAT(SetTaskStatus("- [ ] 1. A\n", "1", v1::TASK_STATUS_BLOCKED, std::string(kMaxBlockedReasonBytes, 'a')),
              IsOk());
}

TEST(TaskEditorTest, TimeIsLinearInTheInput) {
  struct Shape {
    const char* name;
    std::string head, unit, tail;
  };
  const Shape kShapes[] = {{"many tasks before", "", "- [ ] 2. B\n", "- [~] 1. A\n- _Blocked: x_"},
                           {"many tasks after", "- [~] 1. A\n", "- [ ] 2. B\n", ""},
                           {"many blocked lines", "- [~] 1. A\n", "- _Blocked: x_\n", "- _Blocked: x_"},
                           {"many details", "- [~] 1. A\n", "- d\n", "- _Blocked: x_"},
                           {"one long line", "- [~] 1. A", " a", "\n- _Blocked: x_"},
                           {"one long reason", "- [~] 1. A\n- _Blocked: ", "_x ", "_"}};
  for (const Shape& shape : kShapes) {
    EXPECT_TRUE(GrowsLinearly(shape.name, shape.head, shape.unit, shape.tail, [](const std::string& document) {
      EXPECT_THAT(SetTaskStatus(document, "1", v1::TASK_STATUS_COMPLETED, ""), IsOk());
      EXPECT_THAT(SetTaskStatus(document, "1", v1::TASK_STATUS_BLOCKED, "y"), IsOk());
    }));
  }
}

}  // namespace
}  // namespace specrelay
