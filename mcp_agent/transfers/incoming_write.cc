#include "mcp_agent/transfers/incoming_write.h"

#include <string>
#include <utility>

#include "proto/support/status_macros.h"

namespace specrelay {

IncomingWrite::IncomingWrite(Setting setting, std::shared_ptr<IncomingFile> content, int64_t max_bytes, Commit commit)
    : FileTransfer(std::move(setting)),
      content_(std::move(content)),
      receiver_(request_id(), max_bytes),
      commit_(std::move(commit)) {}

absl::Status IncomingWrite::OnStep(v1::Transfer step) {
  switch (step.step_case()) {
    case v1::Transfer::kChunk:
      return TakeChunk(std::move(*step.mutable_chunk()));
    case v1::Transfer::kEnd:
      return receiver_.OnEnd(step.end());
    case v1::Transfer::kGrant:
      return absl::InvalidArgumentError("the relay asks for a body where it is to send one");
    default:
      return absl::OkStatus();  // of a later version
  }
}

absl::Status IncomingWrite::TakeChunk(v1::TransferChunk chunk) {
  ASSIGN_OR_RETURN(const std::string bytes, receiver_.OnChunk(std::move(chunk)));
  RETURN_IF_ERROR(content_->Append(bytes));
  receiver_.Consumed(static_cast<int64_t>(bytes.size()));
  return absl::OkStatus();
}

absl::StatusOr<absl::optional<v1::CommandResult>> IncomingWrite::Advance() {
  if (absl::optional<v1::Transfer> grant = receiver_.NextGrant()) Send(*std::move(grant));
  if (!receiver_.complete()) return absl::optional<v1::CommandResult>();
  // Before the tree's lock is taken, which others wait for.
  RETURN_IF_ERROR(content_->Sync());
  ASSIGN_OR_RETURN(v1::CommandResult result, commit_(*content_));
  return absl::make_optional(std::move(result));
}

}  // namespace specrelay
