#include "mcp_agent/link/command_outcomes.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

int64_t SizeOf(const v1::CommandOutcome& outcome) { return static_cast<int64_t>(outcome.ByteSizeLong()); }

}  // namespace

v1::CommandOutcome RefusedOutcome(absl::string_view request_id, const absl::Status& status) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(std::string(request_id));
  *outcome.mutable_error() = ToCommandError(WithCommand(status, request_id, FinalState(status)));
  outcome.set_state(outcome.error().state());
  return outcome;
}

v1::CommandOutcome WithoutResult(v1::CommandOutcome header, bool is_write) {
  header.clear_result();
  header.clear_body();
  header.clear_message_body();
  if (is_write || header.state() != v1::COMMAND_STATE_APPLIED) return header;
  return RefusedOutcome(header.request_id(),
                        absl::ResourceExhaustedError("too many large answers wait to be sent; nothing was changed; ask "
                                                     "again in a moment, or for a smaller part"));
}

v1::CommandOutcome FitOutcome(v1::CommandOutcome outcome, bool is_write, int64_t limit_bytes,
                              absl::string_view limit_name) {
  const int64_t size = SizeOf(outcome);
  if (size <= limit_bytes) return outcome;
  if (outcome.error().has_conflict()) {
    outcome.mutable_error()->mutable_conflict()->clear_current_content();
    outcome.mutable_error()->mutable_conflict()->set_content_omitted(true);
    if (SizeOf(outcome) <= limit_bytes) return outcome;
  }
  if (is_write && outcome.state() == v1::COMMAND_STATE_APPLIED) {
    outcome.clear_result();
    return outcome;
  }
  const absl::Status too_large =
      absl::ResourceExhaustedError(absl::StrCat("the answer has ", size, " bytes, ", limit_name, " is ", limit_bytes,
                                                " bytes; nothing was changed; ask for a smaller part"));
  return RefusedOutcome(outcome.request_id(), too_large);
}

}  // namespace specrelay
