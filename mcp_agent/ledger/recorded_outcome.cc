#include "mcp_agent/ledger/recorded_outcome.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

// Largest outcome that the journal keeps whole.
constexpr size_t kMaxOutcomeBytes = size_t{1} << 20;

v1::CommandOutcome WithoutBulk(v1::CommandOutcome outcome) {
  if (outcome.error().has_conflict()) {
    outcome.mutable_error()->mutable_conflict()->clear_current_content();
    outcome.mutable_error()->mutable_conflict()->set_content_omitted(true);
  }
  if (outcome.result().has_approval_snapshot()) {
    outcome.mutable_result()->mutable_approval_snapshot()->mutable_snapshot()->clear_content();
  }
  return outcome;
}

}  // namespace

bool DependsOnState(const absl::Status& refusal) {
  switch (refusal.code()) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return true;
    default:
      return false;
  }
}

v1::CommandOutcome AppliedOutcome(v1::CommandResult result) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  *outcome.mutable_result() = std::move(result);
  return outcome;
}

v1::CommandOutcome RefusedOutcome(const absl::Status& status) {
  v1::CommandOutcome outcome;
  outcome.set_state(FinalState(status));
  *outcome.mutable_error() = ToCommandError(status);
  return outcome;
}

ledger::GroupMember RecordOutcome(const WriteRequest& request, const v1::CommandOutcome& outcome) {
  ledger::GroupMember member;
  member.set_request_id(request.request_id);
  member.set_digest(request.digest);
  member.set_outcome(outcome.ByteSizeLong() > kMaxOutcomeBytes ? WithoutBulk(outcome).SerializeAsString()
                                                               : outcome.SerializeAsString());
  return member;
}

absl::StatusOr<v1::CommandResult> Replay(const ledger::GroupMember& known, const WriteRequest& request) {
  if (known.digest() != request.digest) {
    return absl::InvalidArgumentError(
        absl::StrCat("the request id '", request.request_id,
                     "' was used for another command before; nothing was done: send this one under a new request id"));
  }
  v1::CommandOutcome outcome;
  if (!outcome.ParseFromString(known.outcome())) {
    return absl::DataLossError("the stored outcome of this request cannot be read; look at what it was about");
  }
  if (outcome.has_error()) return FromCommandError(outcome.error());
  return std::move(*outcome.mutable_result());
}

}  // namespace specrelay
