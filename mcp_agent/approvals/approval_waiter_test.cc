#include "mcp_agent/approvals/approval_waiter.h"

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "mcp_agent/link/worker_pool.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kPath[] = "approvals/user-auth/approval_1.json";

v1::ApprovalWaitRequest For(absl::string_view id) {
  v1::ApprovalWaitRequest request;
  request.set_id(std::string(id));
  return request;
}

v1::Approval WithStatus(v1::ApprovalStatus status) {
  v1::Approval approval;
  approval.set_id("approval_1");
  approval.set_status(status);
  return approval;
}

// What a wait's `done` got.
struct Outcome {
  int calls = 0;
  absl::StatusOr<v1::ApprovalWaitResponse> result = absl::UnknownError("not called");
};

class ApprovalWaiterTest : public ::testing::Test {
 protected:
  ApprovalWaiterTest() { Make(); }

  void Make(int max_waiters = ApprovalWaiter::kMaxWaiters) {
    waiter_.reset();
    waiter_ = std::make_unique<ApprovalWaiter>(
        [this](absl::string_view) {
          ++reads_;
          const absl::StatusOr<v1::Approval> approval = approval_;
          if (during_read_ != nullptr) during_read_();
          return approval;
        },
        timers_, runner_, max_waiters);
  }

  ApprovalWaiter::Cancel Wait(Outcome& outcome, absl::Duration timeout = absl::Seconds(60),
                              absl::string_view id = "approval_1") {
    return waiter_->Wait(For(id), timeout, [&outcome](absl::StatusOr<v1::ApprovalWaitResponse> result) {
      ++outcome.calls;
      outcome.result = std::move(result);
    });
  }

  // Lives as long as the waiter, which ends what is left when it goes.
  Outcome& NewOutcome() { return outcomes_.emplace_back(); }

  void Change(absl::StatusOr<v1::Approval> approval) {
    approval_ = std::move(approval);
    waiter_->OnChanged(kPath);
    runner_.RunAll();
  }

  FakeTimers timers_;
  ManualRunner runner_;
  absl::StatusOr<v1::Approval> approval_ = WithStatus(v1::APPROVAL_STATUS_PENDING);
  std::function<void()> during_read_;
  int reads_ = 0;
  std::deque<Outcome> outcomes_;
  std::unique_ptr<ApprovalWaiter> waiter_;
};

TEST_F(ApprovalWaiterTest, AWaitEndsWhenTheApprovalIsDecided) {
  for (const v1::ApprovalStatus status :
       {v1::APPROVAL_STATUS_APPROVED, v1::APPROVAL_STATUS_REJECTED, v1::APPROVAL_STATUS_NEEDS_REVISION}) {
    approval_ = WithStatus(v1::APPROVAL_STATUS_PENDING);
    Outcome& outcome = NewOutcome();
    Wait(outcome);
    runner_.RunAll();
    Change(WithStatus(v1::APPROVAL_STATUS_PENDING));
    EXPECT_EQ(outcome.calls, 0);
    Change(WithStatus(status));
    ASSERT_EQ(outcome.calls, 1);
    ASSERT_THAT(outcome.result, IsOk());
    EXPECT_TRUE(outcome.result->resolved());
    EXPECT_FALSE(outcome.result->deleted());
    EXPECT_EQ(outcome.result->approval().status(), status);
    EXPECT_EQ(waiter_->waiting(), 0);
  }
  EXPECT_FALSE(timers_.UntilNext().has_value());
}

TEST_F(ApprovalWaiterTest, WhatIsDecidedAlreadyEndsAtOnceButNotInsideTheCall) {
  approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
  Outcome& outcome = NewOutcome();
  Wait(outcome);
  EXPECT_EQ(outcome.calls, 0);
  EXPECT_EQ(reads_, 0);
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_TRUE(outcome.result->resolved());
}

TEST_F(ApprovalWaiterTest, ADeletedApprovalEndsTheWait) {
  Outcome& outcome = NewOutcome();
  Wait(outcome);
  runner_.RunAll();
  Change(absl::NotFoundError("gone"));
  ASSERT_EQ(outcome.calls, 1);
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_TRUE(outcome.result->deleted());
  EXPECT_FALSE(outcome.result->resolved());
  EXPECT_FALSE(outcome.result->has_approval());
}

TEST_F(ApprovalWaiterTest, AnApprovalThatDoesNotExistIsNotFound) {
  approval_ = absl::NotFoundError("Approval approval_1 not found");
  Outcome& outcome = NewOutcome();
  Wait(outcome);
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_THAT(outcome.result, IsStatus(absl::StatusCode::kNotFound, "Approval approval_1 not found"));
}

TEST_F(ApprovalWaiterTest, AnIdThatCannotBeIsRefused) {
  Outcome& outcome = NewOutcome();
  Wait(outcome, absl::Seconds(1), "../x");
  EXPECT_EQ(outcome.calls, 0);
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_THAT(outcome.result, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(reads_, 0);
}

TEST_F(ApprovalWaiterTest, WhenTheTimeIsOverTheApprovalIsReturnedAsItIs) {
  Outcome& outcome = NewOutcome();
  Wait(outcome, absl::Seconds(60));
  runner_.RunAll();
  timers_.Advance(absl::Seconds(59));
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 0);
  timers_.Advance(absl::Seconds(1));
  EXPECT_EQ(outcome.calls, 0);  // the file is not read on the timers' thread
  runner_.RunAll();
  ASSERT_EQ(outcome.calls, 1);
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_FALSE(outcome.result->resolved());
  EXPECT_EQ(outcome.result->approval().status(), v1::APPROVAL_STATUS_PENDING);
}

TEST_F(ApprovalWaiterTest, WithoutTimeTheAnswerIsWhatTheApprovalIsNow) {
  for (const absl::Duration timeout : {absl::ZeroDuration(), absl::Seconds(-5)}) {
    Outcome& outcome = NewOutcome();
    Wait(outcome, timeout);
    timers_.Advance(absl::ZeroDuration());
    runner_.RunAll();
    ASSERT_EQ(outcome.calls, 1);
    EXPECT_FALSE(outcome.result->resolved());
  }
  Outcome& outcome = NewOutcome();
  Wait(outcome, absl::InfiniteDuration());
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 0);
}

TEST_F(ApprovalWaiterTest, ADecisionThatNobodyToldOfIsSeenAtTheEnd) {
  Outcome& outcome = NewOutcome();
  Wait(outcome);
  runner_.RunAll();
  approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
  timers_.Advance(absl::Seconds(60));
  runner_.RunAll();
  EXPECT_TRUE(outcome.result->resolved());
}

TEST_F(ApprovalWaiterTest, ADecisionDuringAReadIsNotMissed) {
  Outcome& outcome = NewOutcome();
  during_read_ = [this] {
    during_read_ = nullptr;
    approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
    waiter_->OnChanged(kPath);
  };
  Wait(outcome);
  runner_.RunAll();
  EXPECT_EQ(reads_, 2);
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_TRUE(outcome.result->resolved());
}

TEST_F(ApprovalWaiterTest, AWaitThatBeginsDuringAReadIsNotJudgedByIt) {
  Outcome& first = NewOutcome();
  Outcome& second = NewOutcome();
  during_read_ = [&] {
    during_read_ = nullptr;
    approval_ = absl::NotFoundError("gone");
    Wait(second);
  };
  approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
  Wait(first);
  runner_.RunAll();
  EXPECT_TRUE(first.result->resolved());
  EXPECT_THAT(second.result, HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalWaiterTest, ACancelledWaitEndsOnceWithTheStatusGiven) {
  Outcome& outcome = NewOutcome();
  const ApprovalWaiter::Cancel cancel = Wait(outcome);
  runner_.RunAll();
  cancel(absl::UnavailableError("left"));
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_THAT(outcome.result, IsStatus(absl::StatusCode::kUnavailable, "left"));
  cancel(absl::OkStatus());
  Change(WithStatus(v1::APPROVAL_STATUS_APPROVED));
  timers_.Advance(absl::Seconds(60));
  runner_.RunAll();
  EXPECT_EQ(outcome.calls, 1);
}

TEST_F(ApprovalWaiterTest, CancellingWhatHasEndedDoesNothing) {
  approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
  Outcome& outcome = NewOutcome();
  const ApprovalWaiter::Cancel cancel = Wait(outcome);
  runner_.RunAll();
  cancel(absl::UnavailableError("left"));
  EXPECT_EQ(outcome.calls, 1);
  EXPECT_THAT(outcome.result, IsOk());
  waiter_.reset();
  cancel(absl::UnavailableError("left"));
  EXPECT_EQ(outcome.calls, 1);
}

TEST_F(ApprovalWaiterTest, AResyncLooksAtAllApprovals) {
  Outcome& first = NewOutcome();
  Outcome& second = NewOutcome();
  Wait(first);
  Wait(second, absl::Seconds(60), "approval_2");
  runner_.RunAll();
  approval_ = WithStatus(v1::APPROVAL_STATUS_APPROVED);
  waiter_->OnResync();
  runner_.RunAll();
  EXPECT_EQ(first.calls, 1);
  EXPECT_EQ(second.calls, 1);
}

TEST_F(ApprovalWaiterTest, OtherFilesAreNotLookedAt) {
  Outcome& outcome = NewOutcome();
  Wait(outcome);
  runner_.RunAll();
  EXPECT_EQ(reads_, 1);
  for (const char* path : {"approvals/user-auth/approval_2.json", "specs/user-auth/tasks.md", "", "approval_1"}) {
    waiter_->OnChanged(path);
  }
  runner_.RunAll();
  EXPECT_EQ(reads_, 1);
}

TEST_F(ApprovalWaiterTest, WhatCannotBeReadIsAnErrorAtTheStartAndMayPassLater) {
  approval_ = absl::FailedPreconditionError("damaged");
  Outcome& first = NewOutcome();
  Wait(first);
  runner_.RunAll();
  EXPECT_THAT(first.result, HasCode(absl::StatusCode::kFailedPrecondition));

  approval_ = WithStatus(v1::APPROVAL_STATUS_PENDING);
  Outcome& second = NewOutcome();
  Outcome& third = NewOutcome();
  Wait(second);
  Wait(third, absl::Seconds(5));
  runner_.RunAll();
  Change(absl::FailedPreconditionError("damaged"));
  EXPECT_EQ(second.calls, 0);
  timers_.Advance(absl::Seconds(5));
  runner_.RunAll();
  EXPECT_THAT(third.result, HasCode(absl::StatusCode::kFailedPrecondition));
  Change(WithStatus(v1::APPROVAL_STATUS_APPROVED));
  EXPECT_TRUE(second.result->resolved());
}

TEST_F(ApprovalWaiterTest, ManyWaitsForOneApprovalAreOneRead) {
  std::vector<Outcome> outcomes(1000);
  for (Outcome& outcome : outcomes) Wait(outcome);
  runner_.RunAll();
  EXPECT_EQ(reads_, 1);
  waiter_->OnChanged(kPath);
  Change(WithStatus(v1::APPROVAL_STATUS_REJECTED));
  EXPECT_EQ(reads_, 2);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.calls, 1);
}

TEST_F(ApprovalWaiterTest, TooManyWaitsAreRefusedAndTheOthersGoOn) {
  Make(/*max_waiters=*/2);
  Outcome& first = NewOutcome();
  Outcome& second = NewOutcome();
  Outcome& third = NewOutcome();
  Outcome& fourth = NewOutcome();
  Wait(first);
  const ApprovalWaiter::Cancel cancel = Wait(second);
  Wait(third);
  runner_.RunAll();
  EXPECT_THAT(third.result, HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(first.calls + second.calls, 0);
  cancel(absl::CancelledError("left"));
  Wait(fourth);
  runner_.RunAll();
  EXPECT_EQ(fourth.calls, 0);
  waiter_.reset();
  EXPECT_THAT(fourth.result, HasCode(absl::StatusCode::kCancelled));
}

TEST_F(ApprovalWaiterTest, DestructionCancelsAllWhetherLookedAtOrNot) {
  Outcome& seen = NewOutcome();
  Outcome& unseen = NewOutcome();
  Outcome& refused = NewOutcome();
  Wait(seen);
  runner_.RunAll();
  Wait(unseen);
  Wait(refused, absl::Seconds(1), "../x");
  waiter_.reset();
  for (const Outcome* outcome : {&seen, &unseen, &refused}) {
    EXPECT_EQ(outcome->calls, 1);
    EXPECT_THAT(outcome->result, HasCode(absl::StatusCode::kCancelled));
  }
  runner_.RunAll();
  timers_.Advance(absl::Hours(1));
  EXPECT_EQ(reads_, 1);
}

TEST_F(ApprovalWaiterTest, AnEndingMayBeginAnotherWaitAndDestroyTheWaiter) {
  Outcome& again = NewOutcome();
  waiter_->Wait(For("approval_1"), absl::Seconds(60), [&](absl::StatusOr<v1::ApprovalWaitResponse>) { Wait(again); });
  Change(WithStatus(v1::APPROVAL_STATUS_APPROVED));
  EXPECT_EQ(again.calls, 1);

  int calls = 0;
  waiter_->Wait(For("approval_1"), absl::Seconds(60), [&](absl::StatusOr<v1::ApprovalWaitResponse>) {
    ++calls;
    waiter_.reset();
  });
  runner_.RunAll();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(waiter_, nullptr);
}

TEST(ApprovalWaiterThreadsTest, DestructionWaitsForARead) {
  FakeTimers timers;
  WorkerPool pool;
  absl::Notification reading, go_on;
  std::atomic<bool> read_ended{false};
  auto waiter = std::make_unique<ApprovalWaiter>(
      [&](absl::string_view) -> absl::StatusOr<v1::Approval> {
        reading.Notify();
        go_on.WaitForNotification();
        read_ended = true;
        return WithStatus(v1::APPROVAL_STATUS_APPROVED);
      },
      timers, pool);
  std::atomic<int> calls{0};
  waiter->Wait(For("approval_1"), absl::Seconds(60), [&](absl::StatusOr<v1::ApprovalWaitResponse>) { ++calls; });
  reading.WaitForNotification();
  std::thread destroyer([&] {
    waiter.reset();
    EXPECT_TRUE(read_ended);
  });
  go_on.Notify();
  destroyer.join();
  EXPECT_EQ(calls, 1);
}

TEST(ApprovalWaiterThreadsTest, EachOfManyWaitsEndsExactlyOnceWhileDecisionsAndCancelsRace) {
  constexpr int kApprovals = 20;
  constexpr int kWaits = 2000;
  FakeTimers timers;
  WorkerPool pool;
  absl::Mutex mu;
  std::map<std::string, bool> decided;
  std::vector<std::atomic<int>> calls(kWaits);
  {
    ApprovalWaiter waiter(
        [&](absl::string_view id) -> absl::StatusOr<v1::Approval> {
          absl::MutexLock lock(&mu);
          return WithStatus(decided[std::string(id)] ? v1::APPROVAL_STATUS_APPROVED : v1::APPROVAL_STATUS_PENDING);
        },
        timers, pool);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t; i < kWaits; i += 4) {
          const ApprovalWaiter::Cancel cancel =
              waiter.Wait(For(absl::StrCat("a", i % kApprovals)), absl::Milliseconds(i),
                          [&calls, i](absl::StatusOr<v1::ApprovalWaitResponse>) { ++calls[i]; });
          if (i % 7 == 0) cancel(absl::CancelledError("left"));
        }
      });
    }
    threads.emplace_back([&] {
      for (int i = 0; i < kApprovals; ++i) {
        {
          absl::MutexLock lock(&mu);
          decided[absl::StrCat("a", i)] = i % 2 == 0;
        }
        waiter.OnChanged(absl::StrCat("approvals/x/a", i, ".json"));
        timers.Advance(absl::Milliseconds(10));
        waiter.OnResync();
      }
    });
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_TRUE(pool.Drain(absl::Seconds(30)));
  for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace specrelay
