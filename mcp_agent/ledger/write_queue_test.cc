#include "mcp_agent/ledger/write_queue.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using Leadership = WriteQueue::Leadership;

absl::StatusOr<v1::CommandResult> Nothing(Transaction&) { return v1::CommandResult(); }

// A write and the thread that waits with it, which calls `lead` when it becomes the leader.
class Waiter {
 public:
  Waiter(WriteQueue& queue, int number, std::function<void(WaitingWrite&)> lead)
      : request_(Request(number)), write_(request_, Nothing) {
    const int before = queue.waiting();
    thread_ = std::thread([this, &queue, lead] {
      if (queue.Enter(write_)) lead(write_);
    });
    while (queue.waiting() == before) std::this_thread::yield();
  }
  ~Waiter() { thread_.join(); }

  // Waits for its end.
  const absl::StatusOr<v1::CommandResult>& Answer() {
    thread_.join();
    thread_ = std::thread([] {});
    return *write_.answer;
  }

  WaitingWrite& write() { return write_; }

 private:
  static WriteRequest Request(int number) {
    WriteRequest request;
    request.request_id = absl::StrCat("r", number);
    return request;
  }

  const WriteRequest request_;
  WaitingWrite write_;
  std::thread thread_;
};

void MustNotLead(WaitingWrite&) { ADD_FAILURE() << "became the leader"; }

class WriteQueueTest : public testing::Test {
 protected:
  // Takes and answers the first `count` writes.
  static void Answer(Leadership& leadership, int count) {
    for (int i = 0; i < count; ++i) {
      leadership.Next()->answer = v1::CommandResult();
      leadership.Take();
    }
  }

  WriteQueue queue_;
  const WriteRequest request_{};
  WaitingWrite own_{request_, Nothing};
};

TEST_F(WriteQueueTest, WhoIsAloneLeadsAtOnceEachTime) {
  for (int i = 0; i < 3; ++i) {
    WaitingWrite write(request_, Nothing);
    ASSERT_TRUE(queue_.Enter(write));
    Leadership leadership(queue_, write);
    EXPECT_EQ(leadership.Next(), &write);
    Answer(leadership, 1);
    EXPECT_EQ(leadership.Next(), nullptr);
  }
  EXPECT_EQ(queue_.waiting(), 0);
}

TEST_F(WriteQueueTest, TheLeaderAnswersForOthersInTheirOrder) {
  ASSERT_TRUE(queue_.Enter(own_));
  auto leadership = std::make_unique<Leadership>(queue_, own_);
  Waiter second(queue_, 2, MustNotLead);
  Waiter third(queue_, 3, MustNotLead);
  Answer(*leadership, 1);
  EXPECT_EQ(leadership->Next(), &second.write());
  Answer(*leadership, 1);
  EXPECT_EQ(leadership->Next(), &third.write());
  Answer(*leadership, 1);
  leadership.reset();
  EXPECT_THAT(second.Answer(), IsOk());
  EXPECT_THAT(third.Answer(), IsOk());
}

TEST_F(WriteQueueTest, LeadershipPassesToTheFirstThatIsLeft) {
  ASSERT_TRUE(queue_.Enter(own_));
  auto leadership = std::make_unique<Leadership>(queue_, own_);
  bool led = false;
  Waiter second(queue_, 2, [&](WaitingWrite& write) {
    led = true;
    Leadership next(queue_, write);
    EXPECT_EQ(next.Next(), &write);
    Answer(next, 2);
  });
  Waiter third(queue_, 3, MustNotLead);
  Answer(*leadership, 1);
  leadership.reset();
  EXPECT_THAT(second.Answer(), IsOk());
  EXPECT_THAT(third.Answer(), IsOk());
  EXPECT_TRUE(led);
}

TEST_F(WriteQueueTest, AllThatWaitCanBeAnsweredAlike) {
  ASSERT_TRUE(queue_.Enter(own_));
  auto leadership = std::make_unique<Leadership>(queue_, own_);
  Waiter second(queue_, 2, MustNotLead);
  leadership->AnswerAll(absl::UnavailableError("locked"));
  leadership.reset();
  EXPECT_THAT(*own_.answer, HasCode(StatusCode::kUnavailable));
  EXPECT_THAT(second.Answer(), HasCode(StatusCode::kUnavailable));
}

TEST_F(WriteQueueTest, WhomNoLeaderComesToInTimeIsToldSo) {
  WriteQueue queue(absl::Milliseconds(1));
  ASSERT_TRUE(queue.Enter(own_));
  Leadership leadership(queue, own_);
  Answer(leadership, 1);
  WaitingWrite late(request_, Nothing);
  EXPECT_FALSE(queue.Enter(late));
  EXPECT_THAT(*late.answer, HasCode(StatusCode::kUnavailable));
  EXPECT_EQ(leadership.Next(), nullptr);
}

TEST_F(WriteQueueTest, WhomTheLeaderIsAtWaitsForTheAnswerHoweverLongItTakes) {
  WriteQueue queue(absl::Milliseconds(1));
  ASSERT_TRUE(queue.Enter(own_));
  auto leadership = std::make_unique<Leadership>(queue, own_);
  Answer(*leadership, 1);
  // Each gives up at once, but for the one that the leader finds there.
  WaitingWrite* next = nullptr;
  std::thread caller([&] {
    for (bool answered_late = false; !answered_late;) {
      WaitingWrite write(request_, Nothing);
      queue.Enter(write);
      answered_late = write.answer->ok();
    }
  });
  while ((next = leadership->Next()) == nullptr) std::this_thread::yield();
  EXPECT_EQ(leadership->Next(), next);
  next->answer = v1::CommandResult();
  leadership->Take();
  leadership.reset();
  caller.join();
}

TEST_F(WriteQueueTest, NobodyIsLeftBehindByALeaderThatFails) {
  ASSERT_TRUE(queue_.Enter(own_));
  auto leadership = std::make_unique<Leadership>(queue_, own_);
  Waiter second(queue_, 2, MustNotLead);
  Waiter third(queue_, 3, [&](WaitingWrite& write) {
    // Takes nothing, not even its own.
    Leadership next(queue_, write);
  });
  leadership->Take();
  leadership->Take();
  leadership.reset();
  for (const absl::Status& status : {own_.answer->status(), second.Answer().status(), third.Answer().status()}) {
    EXPECT_EQ(FinalState(status), v1::COMMAND_STATE_UNKNOWN);
  }
  EXPECT_EQ(queue_.waiting(), 0);
}

}  // namespace
}  // namespace specrelay
