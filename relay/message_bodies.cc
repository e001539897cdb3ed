#include "relay/message_bodies.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::Status AgentsMistake(const absl::Status& status) {
  return absl::InternalError(absl::StrCat("the agent's transfer is broken: ", status.message(), "; update the agent"));
}

}  // namespace

void OutgoingMessage::OnStep(v1::Transfer step) {
  if (!step.has_grant() || ended_) return;
  if (const absl::Status sent = OnGrant(step.grant()); !sent.ok()) {
    ended_ = true;
    hooks_.fail(*this, sent);
  }
}

absl::Status OutgoingMessage::OnGrant(const v1::TransferGrant& grant) {
  if (const absl::Status granted = sender_.OnGrant(grant); !granted.ok()) return AgentsMistake(granted);
  if (bytes_.empty()) bytes_ = delivery_->command().SerializeAsString();
  const auto size = static_cast<int64_t>(bytes_.size());
  while (sender_.sent_bytes() < size && sender_.room() > 0) {
    const auto at = static_cast<size_t>(sender_.sent_bytes());
    RETURN_IF_ERROR(hooks_.send(*this, sender_.Chunk(bytes_.substr(at, static_cast<size_t>(sender_.room())))));
  }
  if (sender_.sent_bytes() < size) return absl::OkStatus();
  ended_ = true;
  std::string().swap(bytes_);
  return hooks_.send(*this, sender_.End());
}

void IncomingMessage::OnStep(v1::Transfer step) {
  if (ended_ || (!step.has_chunk() && !step.has_end())) return;
  const absl::Status taken = TakeStep(std::move(step));
  if (taken.ok()) return;
  ended_ = true;
  // The agent has executed the command, and only its answer is lost.
  hooks_.fail(*this, WithCommand(taken, outcome_.request_id(), v1::COMMAND_STATE_UNKNOWN));
}

absl::Status IncomingMessage::TakeStep(v1::Transfer step) {
  if (const absl::Status taken = body_.Take(std::move(step)); !taken.ok()) return AgentsMistake(taken);
  if (!body_.complete()) {
    absl::optional<v1::Transfer> grant = body_.NextGrant();
    return grant.has_value() ? hooks_.send(*this, *std::move(grant)) : absl::OkStatus();
  }
  if (!outcome_.mutable_result()->ParseFromString(body_.bytes())) {
    return AgentsMistake(absl::InvalidArgumentError("what came as a body is no answer"));
  }
  ended_ = true;
  outcome_.clear_body();
  outcome_.clear_message_body();
  hooks_.complete(*this, std::move(outcome_));
  return absl::OkStatus();
}

}  // namespace specrelay
