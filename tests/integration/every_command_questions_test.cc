// The commands on questions.

#include <csignal>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

// Far below any interval at which somebody would poll.
constexpr absl::Duration kAtOnce = absl::Milliseconds(500);

class EveryCommandQuestionsTest : public CommandFixture {
 protected:
  Performed Ask(absl::string_view more = "") {
    return Write(absl::Substitute(R"({"questionCreate": {"title": "Which database?", "specName": "user-auth",
        "options": ["Postgres", "SQLite"]$0}})",
                                  more));
  }

  static std::string IdOf(const Performed& asked) { return asked.result.question_create().question().id(); }
  static std::string PathOf(absl::string_view id) { return absl::StrCat("questions/", id, ".json"); }

  // A command whose only field is the id.
  static std::string On(absl::string_view command, absl::string_view id) {
    return absl::Substitute(R"({"$0": {"id": "$1"}})", command, id);
  }

  static std::string Answer(absl::string_view id, absl::string_view choice) {
    return absl::Substitute(R"({"questionAnswer": {"id": "$0", "choices": ["$1"]}})", id, choice);
  }
};

TEST_F(EveryCommandQuestionsTest, AQuestionIsAskedAnsweredTakenInAndDeleted) {
  const Performed asked = Ask(R"(, "taskId": "1.2", "text": "It is to hold *sessions*.", "blocking": true)");
  const v1::Question question = asked.result.question_create().question();
  EXPECT_TRUE(asked.result.question_create().created());
  EXPECT_THAT(asked.changes, ElementsAre("+" + PathOf(question.id())));
  EXPECT_EQ(question.status(), v1::QUESTION_STATUS_PENDING);
  EXPECT_EQ(question.asked_by().account(), "acme");
  EXPECT_FALSE(question.allow_free_text());
  EXPECT_EQ(Read(On("questionGet", question.id())).question_get().question().SerializeAsString(),
            question.SerializeAsString());

  const Performed answered = Write(Answer(question.id(), "SQLite"));
  EXPECT_THAT(answered.changes, ElementsAre("~" + PathOf(question.id())));
  const nlohmann::ordered_json file = JsonFile(PathOf(question.id()));
  EXPECT_THAT(KeysOf(file),
              ElementsAre("id", "title", "text", "specName", "taskId", "options", "allowFreeText", "allowMultiple",
                          "blocking", "status", "askedAt", "askedBy", "answer", "choices", "answeredAt", "answeredBy"));
  EXPECT_EQ(file["choices"], nlohmann::ordered_json({"SQLite"}));
  EXPECT_EQ(file["answeredBy"]["account"], "acme");

  Refused(On("questionDelete", question.id()), StatusCode::kFailedPrecondition, "has not taken the answer in");
  EXPECT_TRUE(Write(On("questionConsume", question.id())).result.question_consume().question().has_consumed_at());
  EXPECT_THAT(Write(On("questionDelete", question.id())).changes, ElementsAre("-" + PathOf(question.id())));
  Refused(On("questionGet", question.id()), StatusCode::kNotFound, "not found");
}

TEST_F(EveryCommandQuestionsTest, TheFirstAnswerStandsAndTheSecondLearnsWhoGaveIt) {
  const std::string id = IdOf(Ask());
  Write(Answer(id, "SQLite"));
  Refused(Answer(id, "Postgres"), StatusCode::kFailedPrecondition, "is already answered, by");
  EXPECT_EQ(refusal().precondition().actor().account(), "acme");
  EXPECT_TRUE(refusal().precondition().has_at());
  Refused(On("questionDismiss", id), StatusCode::kFailedPrecondition, "the first answer stands");
}

TEST_F(EveryCommandQuestionsTest, OnlyWhatTheQuestionOffersIsAnAnswer) {
  const std::string id = IdOf(Ask());
  Refused(Answer(id, "Oracle"), StatusCode::kInvalidArgument, "is none of the options: Postgres, SQLite");
  Refused(On("questionAnswer", id), StatusCode::kInvalidArgument, "nothing was chosen");
  Refused(absl::Substitute(R"({"questionAnswer": {"id": "$0", "answer": "neither"}})", id),
          StatusCode::kInvalidArgument, "takes no answer in own words");
  Refused(absl::Substitute(R"({"questionAnswer": {"id": "$0", "choices": ["Postgres", "SQLite"]}})", id),
          StatusCode::kInvalidArgument, "choose one");
  Refused(R"({"questionAnswer": {"id": "question_nope", "answer": "x"}})", StatusCode::kNotFound, "not found");
}

TEST_F(EveryCommandQuestionsTest, WhoAsksTheSameAgainGetsTheQuestionThatIsOpenWithItsAnswer) {
  const std::string id = IdOf(Ask());
  constexpr char kAgain[] = R"({"questionCreate": {"title": "Which database?", "specName": "user-auth",
      "options": ["Postgres", "SQLite"]}})";
  const Performed pending = Perform(kAgain);
  EXPECT_FALSE(pending.result.question_create().created());
  EXPECT_EQ(IdOf(pending), id);
  Write(Answer(id, "Postgres"));
  const Performed answered = Perform(kAgain);
  EXPECT_EQ(IdOf(answered), id);
  EXPECT_THAT(answered.result.question_create().question().choices(), ElementsAre("Postgres"));
  EXPECT_THAT(answered.changes, testing::IsEmpty());
  Write(On("questionConsume", id));
  EXPECT_NE(IdOf(Ask()), id);
}

TEST_F(EveryCommandQuestionsTest, WhatIsNoQuestionIsRefused) {
  Refused(R"({"questionCreate": {"title": " "}})", StatusCode::kInvalidArgument, "the title is empty");
  Refused(R"({"questionCreate": {"title": "a\nb"}})", StatusCode::kInvalidArgument, "one line");
  Refused(R"({"questionCreate": {"title": "a", "specName": "../b"}})", StatusCode::kInvalidArgument, "path separator");
  Refused(R"({"questionCreate": {"title": "a", "options": ["b", "b"]}})", StatusCode::kInvalidArgument, "twice");
}

TEST_F(EveryCommandQuestionsTest, QuestionsAreListedNewestFirstAndByState) {
  const std::string first = IdOf(Write(R"({"questionCreate": {"title": "First?"}})"));
  const std::string second = IdOf(Write(R"({"questionCreate": {"title": "Second?"}})"));
  const Performed dismissed =
      Write(absl::Substitute(R"({"questionDismiss": {"id": "$0", "reason": "Your choice"}})", first));
  EXPECT_EQ(dismissed.result.question_dismiss().question().answer(), "Your choice");
  Refused(R"({"questionDismiss": {"id": "../x"}})", StatusCode::kInvalidArgument, "path separator");
  const v1::QuestionListResponse all = Read(R"({"questionList": {}})").question_list();
  ASSERT_EQ(all.questions_size(), 2);
  EXPECT_EQ(all.questions(0).id(), second);
  const v1::QuestionListResponse pending =
      Read(R"({"questionList": {"status": "QUESTION_STATUS_PENDING"}})").question_list();
  ASSERT_EQ(pending.questions_size(), 1);
  EXPECT_EQ(pending.questions(0).id(), second);
  Refused(R"({"questionList": {"status": 99}})", StatusCode::kInvalidArgument, "unknown status");
  Refused(On("questionDelete", second), StatusCode::kFailedPrecondition, "pending");
  Refused(On("questionConsume", second), StatusCode::kFailedPrecondition, "question-wait");
  EXPECT_THAT(Write(absl::Substitute(R"({"questionConsume": {"id": "$0", "delete": true}})", first)).changes,
              ElementsAre("-" + PathOf(first)));
}

TEST_F(EveryCommandQuestionsTest, ADamagedQuestionIsNamedAndHindersNoOther) {
  const std::string id = IdOf(Ask());
  PutFile(PathOf("question_torn"), "{\"id\": \"question_torn\", ");
  EXPECT_EQ(Read(R"({"questionList": {}})").question_list().questions_size(), 1);
  Refused(On("questionGet", "question_torn"), StatusCode::kFailedPrecondition, "question_torn.json is damaged");
  Refused(Answer("question_torn", "x"), StatusCode::kFailedPrecondition, "question_torn.json is damaged");
  Write(Answer(id, "SQLite"));
}

TEST_F(EveryCommandQuestionsTest, AnAnswersFileCannotBeForgedByFileWrite) {
  const std::string id = IdOf(Ask());
  Refused(absl::Substitute(R"({"fileWrite": {"path": "$0", "content": "YQ=="}})", PathOf(id)),
          StatusCode::kPermissionDenied, "question-answer");
}

TEST_F(EveryCommandQuestionsTest, AWaitEndsWithinMomentsOfTheAnswerOfAnother) {
  const std::string id = IdOf(Ask());
  absl::StatusOr<v1::ExecuteResponse> waited = absl::UnknownError("");
  absl::Time ended;
  std::thread waiting([&] {
    v1::ExecuteRequest request;
    request.set_project_id(kProject);
    request.mutable_timeout()->set_seconds(60);
    request.mutable_command()->mutable_question_wait()->set_id(id);
    waited = cluster().User().Execute(request);
    ended = absl::Now();
  });
  WaitInFlight(1);
  const absl::Time asked = absl::Now();
  EXPECT_THAT(user().Execute(kProject, Answer(id, "SQLite")), IsOk());
  waiting.join();
  ASSERT_THAT(waited, IsOk());
  const v1::QuestionWaitResponse& response = waited->result().question_wait();
  EXPECT_TRUE(response.resolved());
  EXPECT_THAT(response.question().choices(), ElementsAre("SQLite"));
  std::cout << "a wait ended " << absl::FormatDuration(ended - asked) << " after the answer was sent\n";
  EXPECT_LT(ended - asked, kAtOnce);
}

TEST_F(EveryCommandQuestionsTest, AnAnswerThatIsThereIsWaitedForNoLongerAndOutlivesAKilledAgent) {
  const std::string id = IdOf(Ask());
  Write(Answer(id, "SQLite"));
  RestartAgent(SIGKILL);
  const v1::QuestionWaitResponse response = Read(On("questionWait", id)).question_wait();
  EXPECT_TRUE(response.resolved());
  EXPECT_THAT(response.question().choices(), ElementsAre("SQLite"));
  Refused(On("questionWait", "question_nope"), StatusCode::kNotFound, "Question question_nope not found");
  Refused(On("questionWait", "../x"), StatusCode::kInvalidArgument, "path separator");
}

}  // namespace
}  // namespace specrelay
