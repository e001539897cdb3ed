// Delayed calls as a dependency, so that timeouts can be tested without waiting.
#ifndef SPECRELAY_MCP_AGENT_LINK_TIMERS_H_
#define SPECRELAY_MCP_AGENT_LINK_TIMERS_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace specrelay {

// Implementations are thread-safe, and never call back inside Schedule() or a timer's destructor, so that callers may
// hold locks.
class Timers {
 public:
  // A call to come. Destroying it cancels the call unless that has begun; it does not wait for one that has. May be
  // destroyed in its own call.
  class Timer {
   public:
    virtual ~Timer() = default;
  };

  virtual ~Timers() = default;

  // Time that moves steadily; only differences mean anything.
  virtual absl::Time Now() const = 0;

  // Calls `callback` once after `delay`, on a thread that must not be blocked.
  virtual std::unique_ptr<Timer> Schedule(absl::Duration delay, std::function<void()> callback) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TIMERS_H_
