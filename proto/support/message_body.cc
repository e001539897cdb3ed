#include "proto/support/message_body.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxTransferIdBytes = 64;

absl::string_view PrefixOf(MessageSide side) { return side == MessageSide::kRelay ? "relay " : "agent "; }

}  // namespace

std::string MessageTransferId(MessageSide side, uint64_t number) { return absl::StrCat(PrefixOf(side), number); }

bool IsMessageTransferId(MessageSide side, absl::string_view id) {
  return id.size() <= kMaxTransferIdBytes && absl::StartsWith(id, PrefixOf(side));
}

absl::Status CheckMessageBody(MessageSide side, const v1::MessageBody& body, int64_t max_bytes) {
  if (!IsMessageTransferId(side, body.transfer_id())) {
    return absl::InvalidArgumentError("a body is announced without a transfer id, or with a wrong one");
  }
  if (body.size_bytes() < 1 || body.size_bytes() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a body is announced with ", body.size_bytes(), " bytes; it may have from 1 to ", max_bytes));
  }
  return absl::OkStatus();
}

absl::Status IncomingBody::Take(v1::Transfer step) {
  if (step.has_end()) {
    RETURN_IF_ERROR(receiver_.OnEnd(step.end()));
    if (receiver_.received_bytes() == size_bytes()) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the body has ", receiver_.received_bytes(), " bytes where ", size_bytes(),
                                            " were announced; send it again"));
  }
  if (!step.has_chunk()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string chunk, receiver_.OnChunk(std::move(*step.mutable_chunk())));
  if (bytes_.empty()) bytes_.reserve(static_cast<size_t>(size_bytes()));
  bytes_ += chunk;
  receiver_.Consumed(static_cast<int64_t>(chunk.size()));
  return absl::OkStatus();
}

}  // namespace specrelay
