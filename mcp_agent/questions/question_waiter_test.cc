#include "mcp_agent/questions/question_waiter.h"

#include <string>

#include "gtest/gtest.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

// How waits begin and end for every kind of decision is in approval_waiter_test.cc.
class QuestionWaiterTest : public testing::Test {
 protected:
  void Wait(const std::string& id) {
    v1::QuestionWaitRequest request;
    request.set_id(id);
    waiter_.Wait(request, absl::Seconds(60),
                 [this](absl::StatusOr<v1::QuestionWaitResponse> result) { result_ = std::move(result); });
    runner_.RunAll();
  }

  FakeTimers timers_;
  ManualRunner runner_;
  absl::StatusOr<v1::Question> question_ = v1::Question();
  absl::StatusOr<v1::QuestionWaitResponse> result_ = absl::UnknownError("not called");
  QuestionWaiter waiter_{[this](absl::string_view) { return question_; }, timers_, runner_};
};

TEST_F(QuestionWaiterTest, AnAnswerOrADismissalEndsTheWaitAndADraftDoesNot) {
  for (const v1::QuestionStatus status : {v1::QUESTION_STATUS_ANSWERED, v1::QUESTION_STATUS_DISMISSED}) {
    question_->set_status(v1::QUESTION_STATUS_PENDING);
    result_ = absl::UnknownError("not called");
    Wait("question_1");
    question_->set_answer("Two weeks");
    waiter_.OnChanged("questions/question_1.json");
    runner_.RunAll();
    EXPECT_THAT(result_, HasCode(absl::StatusCode::kUnknown));
    question_->set_status(status);
    waiter_.OnChanged("questions/question_1.json");
    runner_.RunAll();
    ASSERT_THAT(result_, IsOk());
    EXPECT_TRUE(result_->resolved());
    EXPECT_EQ(result_->question().answer(), "Two weeks");
  }
}

TEST_F(QuestionWaiterTest, AnIdThatCannotBeIsCalledAQuestionId) {
  Wait("../x");
  EXPECT_THAT(result_, IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("question id")));
}

}  // namespace
}  // namespace specrelay
