#include "dashboard/events/event_fan_out.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

// Counts how often it was woken.
class CountingWaker final : public EventWaker {
 public:
  void Wake() override {
    absl::MutexLock lock(&mu_);
    ++count_;
  }
  void AwaitCount(int count) {
    absl::MutexLock lock(&mu_);
    const auto reached = [this, count]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return count_ >= count; };
    mu_.Await(absl::Condition(&reached));
  }
  int count() const {
    absl::MutexLock lock(&mu_);
    return count_;
  }

 private:
  mutable absl::Mutex mu_;
  int count_ ABSL_GUARDED_BY(mu_) = 0;
};

// Holds the thread that wakes it.
class BlockingWaker final : public EventWaker {
 public:
  void Wake() override {
    if (!entered_.HasBeenNotified()) entered_.Notify();
    release_.WaitForNotification();
  }
  void AwaitEntered() { entered_.WaitForNotification(); }
  void Release() { release_.Notify(); }

 private:
  absl::Notification entered_;
  absl::Notification release_;
};

std::shared_ptr<EventLog> NewLog() { return std::make_shared<EventLog>("e", EventLogLimits()); }

TEST(EventFanOutTest, EveryStreamOfTheLogIsWoken) {
  EventFanOut fan_out;
  const auto log = NewLog();
  std::vector<std::shared_ptr<CountingWaker>> wakers;
  std::vector<std::shared_ptr<EventFanOut::Channel>> subscriptions;
  for (int i = 0; i < 3; ++i) {
    wakers.push_back(std::make_shared<CountingWaker>());
    subscriptions.push_back(fan_out.Subscribe(log, wakers.back()));
  }
  log->WakeSubscribers();
  for (const auto& waker : wakers) waker->AwaitCount(1);
}

TEST(EventFanOutTest, StreamsOfAnotherLogSleepOn) {
  EventFanOut fan_out;
  const auto log = NewLog();
  const auto other_log = NewLog();
  const auto waker = std::make_shared<CountingWaker>();
  const auto other = std::make_shared<CountingWaker>();
  const auto subscription = fan_out.Subscribe(log, waker);
  const auto other_subscription = fan_out.Subscribe(other_log, other);
  log->WakeSubscribers();
  waker->AwaitCount(1);
  EXPECT_EQ(other->count(), 0);
}

TEST(EventFanOutTest, EventsDuringARoundMakeOneMoreRoundAndThePublisherNeverWaits) {
  EventFanOut fan_out;
  const auto log = NewLog();
  const auto blocking = std::make_shared<BlockingWaker>();
  const auto counting = std::make_shared<CountingWaker>();
  const auto first = fan_out.Subscribe(log, blocking);
  const auto second = fan_out.Subscribe(log, counting);
  log->WakeSubscribers();
  blocking->AwaitEntered();
  for (int i = 0; i < 1000; ++i) log->WakeSubscribers();
  blocking->Release();
  counting->AwaitCount(2);
  EXPECT_EQ(counting->count(), 2);
}

TEST(EventFanOutTest, AStreamThatIsGoneIsForgotten) {
  EventFanOut fan_out;
  const auto log = NewLog();
  auto gone = std::make_shared<CountingWaker>();
  const auto stays = std::make_shared<CountingWaker>();
  auto gone_subscription = fan_out.Subscribe(log, gone);
  const auto subscription = fan_out.Subscribe(log, stays);
  const std::weak_ptr<CountingWaker> watch = gone;
  gone_subscription.reset();
  gone.reset();
  EXPECT_TRUE(watch.expired());
  log->WakeSubscribers();
  stays->AwaitCount(1);
}

TEST(EventFanOutTest, ALogIsHeardAgainAfterAllItsStreamsHaveGone) {
  EventFanOut fan_out;
  const auto log = NewLog();
  { const auto subscription = fan_out.Subscribe(log, std::make_shared<CountingWaker>()); }
  const auto waker = std::make_shared<CountingWaker>();
  const auto subscription = fan_out.Subscribe(log, waker);
  log->WakeSubscribers();
  waker->AwaitCount(1);
}

}  // namespace
}  // namespace specrelay
