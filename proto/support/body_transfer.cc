#include "proto/support/body_transfer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/gzip.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

v1::Transfer StepOf(absl::string_view id) {
  v1::Transfer step;
  step.set_request_id(std::string(id));
  return step;
}

}  // namespace

absl::Status CheckGrant(int64_t offset, int64_t sent_bytes) {
  if (offset < 0) return absl::InvalidArgumentError(absl::StrCat("a grant of ", offset, " bytes"));
  if (offset - sent_bytes <= kMaxGrantAheadBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("a grant of ", offset, " bytes, ", offset - sent_bytes,
                                                 " more than were sent; at most ", kMaxGrantAheadBytes,
                                                 " are allowed"));
}

absl::Status TransferSender::OnGrant(const v1::TransferGrant& grant) {
  RETURN_IF_ERROR(CheckGrant(grant.offset(), sent_bytes_));
  granted_bytes_ = std::max(granted_bytes_, grant.offset());
  return absl::OkStatus();
}

int64_t TransferSender::room() const { return std::min(granted_bytes_ - sent_bytes_, kMaxChunkBytes); }

v1::Transfer TransferSender::Chunk(std::string bytes) {
  v1::Transfer step = StepOf(id_);
  digest_.Update(bytes);
  step.mutable_chunk()->set_offset(sent_bytes_);
  sent_bytes_ += static_cast<int64_t>(bytes.size());
  if (encoding_ == ChunkEncoding::kGzip) {
    std::string compressed = Gzip(bytes);
    if (compressed.size() < bytes.size()) {
      step.mutable_chunk()->set_encoding(v1::TRANSFER_ENCODING_GZIP);
      bytes = std::move(compressed);
    } else {
      // What does not shrink here will hardly do so later.
      encoding_ = ChunkEncoding::kPlain;
    }
  }
  step.mutable_chunk()->set_data(std::move(bytes));
  return step;
}

v1::Transfer TransferSender::End() const {
  v1::Transfer step = StepOf(id_);
  step.mutable_end()->set_size_bytes(sent_bytes_);
  step.mutable_end()->set_hash(hash());
  return step;
}

absl::optional<v1::Transfer> TransferReceiver::NextGrant() {
  // One that is at its end needs no more than tells the sender that it has gone too far.
  const int64_t next = std::min(consumed_bytes_ + kTransferWindowBytes, max_bytes_ + 1);
  if (next <= granted_bytes_ || complete_) return absl::nullopt;
  granted_bytes_ = next;
  v1::Transfer step = StepOf(id_);
  step.mutable_grant()->set_offset(next);
  return step;
}

absl::StatusOr<std::string> TransferReceiver::OnChunk(v1::TransferChunk chunk) {
  if (complete_) return absl::InvalidArgumentError("a chunk came after the end of the body");
  if (chunk.offset() != received_bytes_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk begins at byte ", chunk.offset(), " where ", received_bytes_, " is next"));
  }
  if (granted_bytes_ == received_bytes_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk goes beyond the ", granted_bytes_, " bytes that were granted"));
  }
  RETURN_IF_ERROR(Decode(chunk));
  const auto size = static_cast<int64_t>(chunk.data().size());
  if (size == 0 || size > kMaxChunkBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk has ", size, " bytes; it must be from 1 to ", kMaxChunkBytes));
  }
  if (size > granted_bytes_ - received_bytes_) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk goes beyond the ", granted_bytes_, " bytes that were granted"));
  }
  if (size > max_bytes_ - received_bytes_) return BodyTooLargeError("what is sent", max_bytes_);
  received_bytes_ += size;
  digest_.Update(chunk.data());
  return std::move(*chunk.mutable_data());
}

absl::Status TransferReceiver::Decode(v1::TransferChunk& chunk) const {
  if (chunk.encoding() == v1::TRANSFER_ENCODING_UNSPECIFIED) return absl::OkStatus();
  if (chunk.encoding() != v1::TRANSFER_ENCODING_GZIP || encoding_ != ChunkEncoding::kGzip) {
    return absl::InvalidArgumentError(
        absl::StrCat("a chunk has the encoding ", chunk.encoding(), ", which was not agreed upon"));
  }
  ASSIGN_OR_RETURN(*chunk.mutable_data(), Gunzip(chunk.data(), kMaxChunkBytes));
  return absl::OkStatus();
}

absl::Status TransferReceiver::OnEnd(const v1::TransferEnd& end) {
  if (complete_) return absl::InvalidArgumentError("the body ended twice");
  if (end.size_bytes() != received_bytes_) {
    return absl::DataLossError(absl::StrCat("the body has ", received_bytes_, " bytes where its sender says ",
                                            end.size_bytes(), "; send it again"));
  }
  if (const std::string own = hash(); end.hash() != own) {
    return absl::DataLossError(absl::StrCat("the body arrived with the SHA-256 ", own, " where its sender says ",
                                            end.hash().substr(0, own.size()), "; send it again"));
  }
  complete_ = true;
  return absl::OkStatus();
}

v1::Transfer AbortOf(absl::string_view id, const absl::Status& reason) {
  v1::Transfer step = StepOf(id);
  *step.mutable_abort()->mutable_error() = ToCommandError(reason);
  return step;
}

absl::Status BodyTooLargeError(absl::string_view what, int64_t limit_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat(what, " has more than ", limit_bytes,
                                                   " bytes, the largest that this agent transfers; its owner sets the "
                                                   "limit with --max_transfer_bytes and max_file_bytes"));
}

}  // namespace specrelay
