// The body of one command on its way, between the link and who executes the command.
#ifndef SPECRELAY_MCP_AGENT_LINK_BODY_LINE_H_
#define SPECRELAY_MCP_AGENT_LINK_BODY_LINE_H_

#include <cstdint>
#include <deque>
#include <functional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Thread-safe. Shared by both ends. What comes is kept until somebody takes it, within bounds.
class BodyLine {
 public:
  // What of a line may wait to be taken: honest relays keep to what they were granted.
  static constexpr size_t kMaxWaitingSteps = 64;
  static constexpr int64_t kMaxWaitingBytes = int64_t{4} << 20;

  // `send` queues a step for the relay, or drops it when the command's stream has ended. It must not call back.
  explicit BodyLine(std::function<void(v1::Transfer)> send) : send_(std::move(send)) {}

  // --- For the link -------------------------------------------------------------------------------------------------

  // A step has come from the relay; an abort breaks the line.
  void Deliver(v1::Transfer step) ABSL_LOCKS_EXCLUDED(mu_);

  // Nothing passes any more, for `reason`. The first reason counts.
  void Break(const absl::Status& reason) ABSL_LOCKS_EXCLUDED(mu_);

  // --- For who executes the command ---------------------------------------------------------------------------------

  // Calls `ready` whenever there may be something to take: now, if there is, and later on any thread, inside Deliver()
  // and Break(). Until Close().
  void Listen(std::function<void()> ready) ABSL_LOCKS_EXCLUDED(mu_);

  // The next step; nothing when none waits; why the line broke.
  absl::StatusOr<absl::optional<v1::Transfer>> Take() ABSL_LOCKS_EXCLUDED(mu_);

  void Send(v1::Transfer step) { send_(std::move(step)); }

  // Whoever executes the command has done with the line.
  void Close() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void CallReady() ABSL_LOCKS_EXCLUDED(mu_);

  const std::function<void(v1::Transfer)> send_;

  absl::Mutex mu_;
  std::deque<v1::Transfer> waiting_ ABSL_GUARDED_BY(mu_);
  int64_t waiting_bytes_ ABSL_GUARDED_BY(mu_) = 0;
  absl::Status broken_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  std::function<void()> ready_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_BODY_LINE_H_
