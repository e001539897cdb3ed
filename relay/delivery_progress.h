// How far a command has come, and the one way in which that changes.
//
//   ACCEPTED ─► QUEUED ◄─► SENT ─► APPLIED, FAILED, CONFLICT, CANCELLED, UNKNOWN
//                  └─► FAILED, EXPIRED, CANCELLED, UNKNOWN
//
// A large one passes before it is SENT, ACCEPTED or QUEUED as it is, and its reason says so: from ACCEPTED it may end
// as from QUEUED, and it is ACCEPTED again when it has to pass again.
#ifndef SPECRELAY_RELAY_DELIVERY_PROGRESS_H_
#define SPECRELAY_RELAY_DELIVERY_PROGRESS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Whether a state ends a command.
bool IsFinal(v1::CommandState state);

// A value, not thread-safe.
class DeliveryProgress {
 public:
  // ACCEPTED, at `now`.
  explicit DeliveryProgress(absl::Time now) : changed_at_(now) {}

  v1::CommandState state() const { return state_; }
  // Why, for people; empty when the state says it all.
  const std::string& reason() const { return reason_; }
  absl::Time changed_at() const { return changed_at_; }

  // Whether an agent that has gone may have executed it.
  bool in_doubt() const { return in_doubt_; }

  // The agent that it was sent to has gone without an answer.
  void SetInDoubt() { in_doubt_ = true; }

  // False, and nothing changes, when `next` does not follow. What says that nothing took effect (EXPIRED; FAILED and
  // CANCELLED other than by an agent's word) follows only while that is certain.
  [[nodiscard]] bool TransitionTo(v1::CommandState next, absl::string_view reason, absl::Time now);

 private:
  bool MayFollow(v1::CommandState next) const;

  v1::CommandState state_ = v1::COMMAND_STATE_ACCEPTED;
  std::string reason_;
  absl::Time changed_at_;
  bool in_doubt_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_DELIVERY_PROGRESS_H_
