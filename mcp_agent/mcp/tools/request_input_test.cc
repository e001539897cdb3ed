#include "mcp_agent/mcp/tools/request_input.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "mcp_agent/mcp/tools/spec_status.h"
#include "mcp_agent/mcp/tools/task_next.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kWhich[] =
    R"({"question": "Which database?", "options": ["Postgres", "SQLite"], "specName": "user-auth")";

class RequestInputTest : public ToolFixture {
 protected:
  static std::string Which(absl::string_view more = "") { return absl::StrCat(kWhich, more, "}"); }
  static std::string ById(absl::string_view id, absl::string_view more = "") {
    return absl::StrCat(R"({"questionId": ")", id, "\"", more, "}");
  }

  // Id of a question that was asked without waiting.
  std::string Ask() {
    const absl::StatusOr<ToolAnswer> asked = CallTool(tool_, Which(R"(, "wait": false)"));
    EXPECT_THAT(asked, IsOk());
    return asked.ok() ? asked->structured["questionId"] : "";
  }

  std::string OnlyQuestion() {
    const absl::StatusOr<v1::CommandResult> list = other_.Execute(R"({"questionList": {}})");
    EXPECT_EQ(list->question_list().questions_size(), 1);
    return list->question_list().questions(0).id();
  }

  // By an executor of another process, as far as the tree is concerned.
  void Send(absl::string_view id, absl::string_view command, absl::string_view more) {
    EXPECT_THAT(other_.Execute(absl::StrCat(R"({")", command, R"(": {"id": ")", id, "\"", more, "}}")), IsOk());
    harness_.NoteChanged(absl::StrCat("questions/", id, ".json"));
  }
  void Answer(absl::string_view id) { Send(id, "questionAnswer", R"(, "choices": ["SQLite"], "answer": "for now")"); }

  Json File(const std::string& id) { return Json::parse(project_.ReadFile(PathOf(id))); }
  static std::string PathOf(const std::string& id) { return absl::StrCat(".spec-context/questions/", id, ".json"); }

  const std::shared_ptr<ToolContext> context_ = std::make_shared<ToolContext>(port_);
  RequestInputTool tool_{context_};
  ExecutorHarness other_{project_.path()};
};

TEST_F(RequestInputTest, AnAnswerWhileItWaitsEndsTheWait) {
  const auto call = NewCall();
  StartedCall wait(tool_, Which(), call);
  call->AwaitReports(1);
  EXPECT_FALSE(wait.ended());
  EXPECT_THAT(call->reports()[0].message, HasSubstr("https://dashboard.example/"));
  const std::string id = OnlyQuestion();
  EXPECT_EQ(File(id)["blocking"], true);
  Answer(id);
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, wait.Await());
  EXPECT_EQ(answer.structured["resolved"], true);
  EXPECT_EQ(answer.structured["status"], "answered");
  EXPECT_EQ(answer.structured["choices"], Json({"SQLite"}));
  EXPECT_EQ(answer.structured["answer"], "for now");
  EXPECT_THAT(answer.text, HasSubstr("was answered: SQLite; for now"));
}

TEST_F(RequestInputTest, WithoutWaitingItIsSafeToStopAndTheAnswerIsCollectedLater) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer asked, CallTool(tool_, Which(R"(, "wait": false)")));
  EXPECT_EQ(asked.structured["status"], "pending");
  EXPECT_EQ(asked.structured["resolved"], false);
  EXPECT_THAT(asked.text, AllOf(HasSubstr("safe to stop"), HasSubstr("end your turn"), HasSubstr("spec-status")));
  const std::string id = asked.structured["questionId"];
  EXPECT_EQ(File(id)["blocking"], false);
  Answer(id);
  // Another session, in another process.
  ExecutorHarness harness(project_.path());
  ExecutorCommandPort port(harness, project_.path());
  RequestInputTool tool(std::make_shared<ToolContext>(port));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool, ById(id)));
  EXPECT_EQ(answer.structured["choices"], Json({"SQLite"}));
}

TEST_F(RequestInputTest, AnAnswerIsTakenInWithTheNextCallAndNotBefore) {
  const std::string id = Ask();
  Answer(id);
  ASSERT_OK_AND_ASSIGN(const ToolAnswer first, CallTool(tool_, ById(id)));
  EXPECT_FALSE(File(id).contains("consumedAt"));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer second, CallTool(tool_, ById(id)));
  EXPECT_TRUE(File(id).contains("consumedAt"));
  EXPECT_EQ(second.structured, first.structured);
}

TEST_F(RequestInputTest, WhoAsksTheSameAgainAfterARestartGetsTheAnswer) {
  const std::string id = Ask();
  Answer(id);
  ExecutorHarness harness(project_.path());
  ExecutorCommandPort port(harness, project_.path());
  RequestInputTool tool(std::make_shared<ToolContext>(port));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool, Which()));
  EXPECT_EQ(answer.structured["questionId"], id);
  EXPECT_EQ(answer.structured["status"], "answered");
}

TEST_F(RequestInputTest, StatusAndTheNextTaskTellOfAnswersUntilTheyAreTakenIn) {
  SpecStatusTool status(context_);
  TaskNextTool next(context_);
  constexpr char kSpec[] = R"({"specName": "user-auth"})";
  const std::string id = Ask();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer pending, CallTool(status, kSpec));
  EXPECT_EQ(pending.structured["questions"][0]["status"], "pending");
  EXPECT_THAT(pending.text, AllOf(HasSubstr("not answered yet"), Not(HasSubstr(id))));
  Answer(id);
  for (const char* arguments : {kSpec, "{}"}) {
    ASSERT_OK_AND_ASSIGN(const ToolAnswer told, CallTool(status, arguments));
    EXPECT_EQ(told.structured["questions"][0]["answer"], "for now");
    EXPECT_THAT(told.text, HasSubstr(absl::StrCat("request-input with questionId \"", id)));
  }
  ASSERT_OK_AND_ASSIGN(const ToolAnswer task, CallTool(next, R"({"specName": "user-auth", "peek": true})"));
  EXPECT_THAT(task.text, HasSubstr(id));
  ASSERT_THAT(CallTool(tool_, ById(id)), IsOk());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer after, CallTool(status, kSpec));
  EXPECT_FALSE(after.structured.contains("questions"));
}

TEST_F(RequestInputTest, AQuestionOfAnotherSpecIsNotTold) {
  SpecStatusTool status(context_);
  ASSERT_THAT(CallTool(tool_, R"({"question": "Colour?", "specName": "paint", "wait": false})"), IsOk());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(status, R"({"specName": "user-auth"})"));
  EXPECT_FALSE(answer.structured.contains("questions"));
}

TEST_F(RequestInputTest, ALongQuestionHasItsFirstLineAsTitle) {
  ASSERT_OK_AND_ASSIGN(const ToolAnswer asked,
                       CallTool(tool_, R"({"question": "\n Which\tone? \nThe first is *fast*.", "wait": false})"));
  const Json file = File(asked.structured["questionId"]);
  EXPECT_EQ(file["title"], "Which one?");
  EXPECT_THAT(std::string(file["text"]), HasSubstr("The first is *fast*."));
  const std::string umlauts = absl::StrCat(std::string(299, 'x'), "üüü");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer longer,
                       CallTool(tool_, absl::StrCat(R"({"wait": false, "question": ")", umlauts, "\"}")));
  EXPECT_EQ(longer.structured["question"], absl::StrCat(std::string(299, 'x'), "…"));
  EXPECT_EQ(File(longer.structured["questionId"])["text"], umlauts);
}

TEST_F(RequestInputTest, ADismissedQuestionLeavesTheChoiceToTheModel) {
  const std::string id = Ask();
  Send(id, "questionDismiss", R"(, "reason": "not now")");
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, ById(id)));
  EXPECT_EQ(answer.structured["status"], "dismissed");
  EXPECT_EQ(answer.structured["resolved"], true);
  EXPECT_THAT(answer.text, AllOf(HasSubstr("not now"), HasSubstr("Decide for yourself")));
}

TEST_F(RequestInputTest, WhenTheTimeIsOverTheModelIsToldHowToWaitOn) {
  const std::string id = Ask();
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, ById(id, R"(, "timeoutSeconds": 1)")));
  EXPECT_EQ(answer.structured["resolved"], false);
  EXPECT_EQ(answer.structured["status"], "pending");
  EXPECT_THAT(answer.text, HasSubstr(absl::StrCat("call request-input with questionId \"", id)));
}

TEST_F(RequestInputTest, AWaitingCallTellsAgainAndAgainThatItGoesOn) {
  RequestInputTool tool(context_, absl::Milliseconds(20));
  const auto call = NewCall();
  StartedCall wait(tool, Which(R"(, "timeoutSeconds": 600)"), call);
  call->AwaitReports(3);
  Answer(OnlyQuestion());
  ASSERT_THAT(wait.Await(), IsOk());
  const auto reports = call->reports();
  for (size_t i = 1; i < reports.size(); ++i) EXPECT_GT(reports[i].progress, reports[i - 1].progress);
  EXPECT_EQ(reports[0].total, 600);
}

TEST_F(RequestInputTest, ACancelledCallEndsAndLeavesTheQuestion) {
  const auto call = NewCall();
  StartedCall wait(tool_, Which(), call);
  call->AwaitReports(1);
  call->Cancel();
  EXPECT_THAT(wait.Await(), HasCode(absl::StatusCode::kCancelled));
  Answer(OnlyQuestion());
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, CallTool(tool_, Which()));
  EXPECT_EQ(answer.structured["status"], "answered");
}

TEST_F(RequestInputTest, ADeletedQuestionEndsTheWait) {
  const std::string id = Ask();
  const auto call = NewCall();
  StartedCall wait(tool_, ById(id), call);
  // The first read has seen it when it is read for a second wait.
  ASSERT_THAT(CallTool(tool_, ById(id, R"(, "timeoutSeconds": 1)")), IsOk());
  project_.Remove(PathOf(id));
  harness_.NoteChanged(absl::StrCat("questions/", id, ".json"));
  ASSERT_OK_AND_ASSIGN(const ToolAnswer answer, wait.Await());
  EXPECT_EQ(answer.structured["status"], "deleted");
  EXPECT_EQ(answer.structured["resolved"], false);
}

TEST_F(RequestInputTest, BadArgumentsAndUnknownQuestionsSayWhatToDo) {
  EXPECT_THAT(CallTool(tool_, "{}"), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("the title is empty")));
  EXPECT_THAT(CallTool(tool_, R"({"questionId": "question_nope"})"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("without questionId it asks anew")));
  EXPECT_THAT(CallTool(tool_, Which(R"(, "allowMultiple": true, "taskId": "\n")")),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("Next: correct the arguments")));
  project_.WriteFile(".spec-context/questions/question_torn.json", "{");
  EXPECT_THAT(CallTool(tool_, ById("question_torn")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("question_torn.json is damaged")));
}

}  // namespace
}  // namespace specrelay
