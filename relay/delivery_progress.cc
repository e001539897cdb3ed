#include "relay/delivery_progress.h"

namespace specrelay {

bool IsFinal(v1::CommandState state) {
  switch (state) {
    case v1::COMMAND_STATE_APPLIED:
    case v1::COMMAND_STATE_FAILED:
    case v1::COMMAND_STATE_CONFLICT:
    case v1::COMMAND_STATE_EXPIRED:
    case v1::COMMAND_STATE_CANCELLED:
    case v1::COMMAND_STATE_UNKNOWN:
      return true;
    default:
      return false;
  }
}

bool DeliveryProgress::MayFollow(v1::CommandState next) const {
  const bool with_an_agent = state_ == v1::COMMAND_STATE_SENT;
  switch (next) {
    case v1::COMMAND_STATE_QUEUED:
    case v1::COMMAND_STATE_SENT:
    case v1::COMMAND_STATE_UNKNOWN:
      return true;
    case v1::COMMAND_STATE_ACCEPTED:
      return state_ != v1::COMMAND_STATE_QUEUED;
    case v1::COMMAND_STATE_APPLIED:
    case v1::COMMAND_STATE_CONFLICT:
      return with_an_agent;
    case v1::COMMAND_STATE_FAILED:
    case v1::COMMAND_STATE_CANCELLED:
      return with_an_agent || !in_doubt_;
    case v1::COMMAND_STATE_EXPIRED:
      return !with_an_agent && !in_doubt_;
    default:
      return false;
  }
}

bool DeliveryProgress::TransitionTo(v1::CommandState next, absl::string_view reason, absl::Time now) {
  if (IsFinal(state_) || !MayFollow(next)) return false;
  state_ = next;
  reason_ = std::string(reason);
  changed_at_ = now;
  return true;
}

}  // namespace specrelay
