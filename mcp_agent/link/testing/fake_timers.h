#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_TIMERS_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_TIMERS_H_

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/link/timers.h"

namespace specrelay {

// Time that moves when told to; due calls run inside Advance(), in order. Thread-safe. Must outlive its timers.
class FakeTimers final : public Timers {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mu_);
    return now_;
  }

  std::unique_ptr<Timer> Schedule(absl::Duration delay, std::function<void()> callback) override {
    absl::MutexLock lock(&mu_);
    const Key key = {now_ + delay, ++last_id_};
    pending_[key] = std::move(callback);
    return std::make_unique<Pending>(this, key);
  }

  void Advance(absl::Duration by) {
    const absl::Time until = Now() + by;
    while (RunNext(until)) {
    }
    absl::MutexLock lock(&mu_);
    now_ = until;
  }

  // Time until the next call; nothing when none is pending.
  absl::optional<absl::Duration> UntilNext() const {
    absl::MutexLock lock(&mu_);
    if (pending_.empty()) return absl::nullopt;
    return pending_.begin()->first.first - now_;
  }

 private:
  using Key = std::pair<absl::Time, int>;

  class Pending final : public Timer {
   public:
    Pending(FakeTimers* timers, Key key) : timers_(timers), key_(key) {}
    ~Pending() override {
      absl::MutexLock lock(&timers_->mu_);
      timers_->pending_.erase(key_);
    }

   private:
    FakeTimers* const timers_;
    const Key key_;
  };

  bool RunNext(absl::Time until) {
    std::function<void()> callback;
    {
      absl::MutexLock lock(&mu_);
      if (pending_.empty() || pending_.begin()->first.first > until) return false;
      now_ = std::max(now_, pending_.begin()->first.first);
      callback = std::move(pending_.begin()->second);
      pending_.erase(pending_.begin());
    }
    callback();
    return true;
  }

  mutable absl::Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_) = absl::UnixEpoch() + absl::Hours(1);
  int last_id_ ABSL_GUARDED_BY(mu_) = 0;
  std::map<Key, std::function<void()>> pending_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_TIMERS_H_
