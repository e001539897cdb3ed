#include "mcp_agent/questions/question_store.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

class QuestionStoreTest : public testing::Test {
 protected:
  static v1::Actor Person(absl::string_view name) {
    v1::Actor actor;
    actor.set_account("acme");
    actor.set_key_name(std::string(name));
    actor.set_client("browser");
    return actor;
  }

  // The next command, a second after the last. Only one may live at a time.
  DirectTransaction Next(absl::string_view person = "ann") {
    now_ += absl::Seconds(1);
    return DirectTransaction(tree_, absl::StrCat("request-", ++requests_), now_, Person(person));
  }

  static v1::QuestionCreateRequest Which(absl::string_view title = "Which database?") {
    v1::QuestionCreateRequest request;
    request.set_title(std::string(title));
    request.add_options("Postgres");
    request.add_options("SQLite");
    return request;
  }

  absl::StatusOr<v1::QuestionCreateResponse> Create(const v1::QuestionCreateRequest& request) {
    DirectTransaction tx = Next("agent");
    return store_.Create(tx, request);
  }

  std::string Ask(const v1::QuestionCreateRequest& request = Which()) {
    const absl::StatusOr<v1::QuestionCreateResponse> response = Create(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->question().id() : "";
  }

  absl::StatusOr<v1::QuestionAnswerResponse> Answer(absl::string_view id, absl::string_view choice,
                                                    absl::string_view words = "") {
    v1::QuestionAnswerRequest request;
    request.set_id(std::string(id));
    if (!choice.empty()) request.add_choices(std::string(choice));
    request.set_answer(std::string(words));
    DirectTransaction tx = Next();
    return store_.Answer(tx, request);
  }

  absl::StatusOr<v1::QuestionConsumeResponse> Consume(absl::string_view id, bool remove = false) {
    v1::QuestionConsumeRequest request;
    request.set_id(std::string(id));
    request.set_delete_(remove);
    DirectTransaction tx = Next();
    return store_.Consume(tx, request);
  }

  absl::StatusOr<v1::QuestionGetResponse> Get(absl::string_view id) {
    v1::QuestionGetRequest request;
    request.set_id(std::string(id));
    return store_.Get(request);
  }

  int Listed(v1::QuestionStatus status = v1::QUESTION_STATUS_UNSPECIFIED) {
    v1::QuestionListRequest request;
    request.set_status(status);
    const absl::StatusOr<v1::QuestionListResponse> response = store_.List(request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->questions_size() : -1;
  }

  nlohmann::ordered_json File(absl::string_view id) {
    return nlohmann::ordered_json::parse(tree_.Read(QuestionPath(id), kMaxQuestionFileBytes).value().bytes);
  }
  void Put(absl::string_view id, const nlohmann::ordered_json& json) { tree_.Put(QuestionPath(id), json.dump()); }

  absl::Time now_ = absl::FromUnixMillis(1'795'227'694'305);
  MemoryTree tree_;
  DamageLog damage_;
  const QuestionStore store_{tree_, damage_};
  int requests_ = 0;
};

TEST_F(QuestionStoreTest, WhereNobodyAskedThereAreNoQuestions) {
  EXPECT_EQ(Listed(), 0);
  EXPECT_THAT(Get("question_1"), IsStatus(StatusCode::kNotFound, "Question question_1 not found"));
  EXPECT_THAT(Get("../x"), HasCode(StatusCode::kInvalidArgument));
}

TEST_F(QuestionStoreTest, AnAnswerSaysWhatWhoAndWhen) {
  const std::string id = Ask();
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  const v1::Question question = Get(id)->question();
  EXPECT_EQ(question.status(), v1::QUESTION_STATUS_ANSWERED);
  EXPECT_THAT(question.choices(), ElementsAre("SQLite"));
  EXPECT_EQ(question.answered_by().key_name(), "ann");
  EXPECT_EQ(question.asked_by().key_name(), "agent");
  EXPECT_EQ(FromProto(question.answered_at()), now_);
}

TEST_F(QuestionStoreTest, TheSecondAnswerIsRefusedAndToldWhoGaveTheFirst) {
  const std::string id = Ask();
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  const absl::Status second = Answer(id, "Postgres").status();
  EXPECT_THAT(second, IsStatus(StatusCode::kFailedPrecondition, HasSubstr("by ann (account acme, browser), at 20")));
  EXPECT_EQ(ToCommandError(second).precondition().actor().key_name(), "ann");
  EXPECT_THAT(Get(id)->question().choices(), ElementsAre("SQLite"));
}

TEST_F(QuestionStoreTest, ADismissedQuestionSaysWhyAndTakesNoAnswer) {
  const std::string id = Ask();
  v1::QuestionDismissRequest request;
  request.set_id(id);
  request.set_reason("You decide");
  {
    DirectTransaction tx = Next();
    ASSERT_THAT(store_.Dismiss(tx, request), IsOk());
  }
  EXPECT_EQ(Get(id)->question().status(), v1::QUESTION_STATUS_DISMISSED);
  EXPECT_EQ(Get(id)->question().answer(), "You decide");
  EXPECT_THAT(Answer(id, "SQLite"), IsStatus(StatusCode::kFailedPrecondition, HasSubstr("already dismissed")));
  request.set_reason(std::string(70'000, 'x'));
  DirectTransaction tx = Next();
  EXPECT_THAT(store_.Dismiss(tx, request), HasCode(StatusCode::kInvalidArgument));
}

TEST_F(QuestionStoreTest, AnAnswerMustBeOneThatTheQuestionTakes) {
  const std::string id = Ask();
  EXPECT_THAT(Answer(id, "Oracle"), IsStatus(StatusCode::kInvalidArgument, HasSubstr("Postgres, SQLite")));
  EXPECT_THAT(Answer(id, "", "Oracle"), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(Answer(id, ""), HasCode(StatusCode::kInvalidArgument));
  v1::QuestionCreateRequest open = Which("Which, really?");
  open.set_allow_free_text(true);
  open.set_allow_multiple(true);
  const std::string free = Ask(open);
  EXPECT_THAT(Answer(free, "", std::string(70'000, 'x')), HasCode(StatusCode::kInvalidArgument));
  EXPECT_THAT(Answer(free, "", "\xff"), HasCode(StatusCode::kInvalidArgument));
  v1::QuestionAnswerRequest both;
  both.set_id(free);
  both.add_choices("Postgres");
  both.add_choices("Postgres");
  {
    DirectTransaction tx = Next();
    EXPECT_THAT(store_.Answer(tx, both), IsStatus(StatusCode::kInvalidArgument, HasSubstr("chosen twice")));
  }
  both.set_choices(1, "SQLite");
  both.set_answer("Both, for a start");
  DirectTransaction tx = Next();
  EXPECT_THAT(store_.Answer(tx, both), IsOk());
}

TEST_F(QuestionStoreTest, AQuestionWithoutOptionsTakesOwnWords) {
  v1::QuestionCreateRequest request;
  request.set_title("How long?");
  const std::string id = Ask(request);
  EXPECT_TRUE(Get(id)->question().allow_free_text());
  EXPECT_THAT(Answer(id, "", "Two weeks"), IsOk());
}

TEST_F(QuestionStoreTest, BadQuestionsAreRefusedAndLeaveNothing) {
  const auto refused = [&](const v1::QuestionCreateRequest& request) {
    EXPECT_THAT(Create(request), HasCode(StatusCode::kInvalidArgument)) << request.ShortDebugString();
  };
  v1::QuestionCreateRequest request;
  refused(request);
  request.set_title(std::string(1001, 'x'));
  refused(request);
  request.set_title("a\xff");
  refused(request);
  request = Which();
  request.set_text(std::string(70'000, 'x'));
  refused(request);
  request = Which();
  request.add_options(" ");
  refused(request);
  request = Which();
  for (int i = 0; i < 19; ++i) request.add_options(absl::StrCat("option ", i));
  refused(request);
  request = Which();
  request.set_task_id("1\n2");
  refused(request);
  request = Which();
  request.clear_options();
  request.set_allow_multiple(true);
  refused(request);
  EXPECT_EQ(Listed(), 0);
}

TEST_F(QuestionStoreTest, TheSameQuestionIsAskedOnceUntilItsAnswerIsTakenIn) {
  const std::string id = Ask();
  EXPECT_FALSE(Create(Which())->created());
  EXPECT_NE(Ask(Which("Which cache?")), id);
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  const absl::StatusOr<v1::QuestionCreateResponse> again = Create(Which());
  EXPECT_EQ(again->question().id(), id);
  EXPECT_THAT(again->question().choices(), ElementsAre("SQLite"));
  ASSERT_THAT(Consume(id), IsOk());
  EXPECT_NE(Ask(), id);
}

TEST_F(QuestionStoreTest, ACommandThatTheJournalForgotFindsItsOwnQuestion) {
  const std::string id = Ask();
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  ASSERT_THAT(Consume(id), IsOk());
  --requests_;
  --requests_;
  --requests_;
  const absl::StatusOr<v1::QuestionCreateResponse> again = Create(Which());
  EXPECT_TRUE(again->created());
  EXPECT_EQ(again->question().id(), id);
  --requests_;
  EXPECT_THAT(Create(Which("Another?")), HasCode(StatusCode::kAlreadyExists));
}

TEST_F(QuestionStoreTest, NoMoreQuestionsThanPeopleReadArePending) {
  for (int i = 0; i < QuestionStore::kMaxPending; ++i) Ask(Which(absl::StrCat("Question ", i, "?")));
  EXPECT_THAT(Create(Which("One more?")), HasCode(StatusCode::kResourceExhausted));
  EXPECT_FALSE(Create(Which("Question 7?"))->created());
}

TEST_F(QuestionStoreTest, AnAnswerIsTakenInOnceAndNotBeforeItIsThere) {
  const std::string id = Ask();
  EXPECT_THAT(Consume(id), HasCode(StatusCode::kFailedPrecondition));
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  const absl::StatusOr<v1::QuestionConsumeResponse> first = Consume(id);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(Consume(id)->question().SerializeAsString(), first->question().SerializeAsString());
  EXPECT_THAT(Consume(id, /*remove=*/true), IsOk());
  EXPECT_EQ(Listed(), 0);
}

TEST_F(QuestionStoreTest, WhatOthersWroteIntoTheFileSurvivesAnAnswer) {
  const std::string id = Ask();
  nlohmann::ordered_json json = File(id);
  json["priority"] = "high";
  json["more"] = {{"a", 1}};
  Put(id, json);
  ASSERT_THAT(Answer(id, "SQLite"), IsOk());
  ASSERT_THAT(Consume(id), IsOk());
  EXPECT_EQ(File(id)["priority"], "high");
  EXPECT_EQ(File(id)["more"]["a"], 1);
}

TEST_F(QuestionStoreTest, DamageIsNamedAndLeavesTheOthersAlone) {
  const std::string id = Ask();
  const nlohmann::ordered_json whole = File(id);
  for (const char* key : {"id", "title", "status", "askedAt"}) {
    for (const nlohmann::ordered_json& value : {nlohmann::ordered_json(7), nlohmann::ordered_json("other")}) {
      if (std::string(key) == "title" && value.is_string()) continue;
      nlohmann::ordered_json json = whole;
      json["id"] = "question_bad";
      json[key] = value;
      Put("question_bad", json);
      EXPECT_THAT(Get("question_bad"),
                  IsStatus(StatusCode::kFailedPrecondition, HasSubstr("questions/question_bad.json is damaged")))
          << json;
      EXPECT_EQ(Listed(), 1);
      tree_.Remove(*tree_.Lock(absl::Seconds(1)).value(), QuestionPath("question_bad")).IgnoreError();
    }
  }
  EXPECT_EQ(damage_.reported(), 5) << "once for each thing that was wrong";
}

TEST_F(QuestionStoreTest, OddValuesInAFileAreReadAsFarAsTheyMakeSense) {
  const std::string id = Ask();
  nlohmann::ordered_json json = File(id);
  json["options"] = {"Postgres", 7, nullptr};
  json["allowMultiple"] = "yes";
  json["askedBy"] = 3;
  json["choices"] = {{"a", 1}};
  Put(id, json);
  const v1::Question question = Get(id)->question();
  EXPECT_THAT(question.options(), ElementsAre("Postgres"));
  EXPECT_FALSE(question.allow_multiple());
  EXPECT_FALSE(question.has_asked_by());
  json["options"] = 7;
  Put(id, json);
  EXPECT_TRUE(Get(id)->question().allow_free_text()) << "it could not be answered otherwise";
}

}  // namespace
}  // namespace specrelay
