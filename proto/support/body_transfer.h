// Both ends of the transfer of a body: what may be sent when, and whether what comes is what was sent (ADR 16).
//
// Pure; not thread-safe. Whatever the other side sends is checked; errors end the transfer and say what was wrong.
#ifndef SPECRELAY_PROTO_SUPPORT_BODY_TRANSFER_H_
#define SPECRELAY_PROTO_SUPPORT_BODY_TRANSFER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "proto/support/sha256_stream.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// A command or answer of more than this passes as a body of its own, when both sides can.
inline constexpr int64_t kMaxWholeBytes = int64_t{1} << 20;
// Of the frame that announces such a body.
inline constexpr int64_t kMaxHeaderBytes = int64_t{64} << 10;

// Of one chunk.
inline constexpr int64_t kMaxChunkBytes = int64_t{256} << 10;
// How far a receiver lets its sender go ahead of what it has used up.
inline constexpr int64_t kTransferWindowBytes = int64_t{1} << 20;
// How far ahead of what was sent a grant may go; further is a mistake or an attack.
inline constexpr int64_t kMaxGrantAheadBytes = 4 * kTransferWindowBytes;

// Whether chunks may be compressed: when both sides named the capability.
enum class ChunkEncoding { kPlain, kGzip };

// The sending end. Its steps carry `id`: a request id, or the transfer id of a MessageBody.
class TransferSender {
 public:
  explicit TransferSender(absl::string_view id, ChunkEncoding encoding = ChunkEncoding::kPlain)
      : id_(id), encoding_(encoding) {}

  // One that allows less than an earlier one changes nothing. INVALID_ARGUMENT when it goes too far, or below 0.
  absl::Status OnGrant(const v1::TransferGrant& grant);

  // How many bytes the next chunk may have; 0 until another grant comes.
  int64_t room() const;

  // The next chunk; `bytes` are at least one and at most room(). Compressed where that helps.
  v1::Transfer Chunk(std::string bytes);

  // After the last chunk.
  v1::Transfer End() const;

  int64_t sent_bytes() const { return sent_bytes_; }
  std::string hash() const { return digest_.HexDigest(); }

 private:
  const std::string id_;
  ChunkEncoding encoding_;
  int64_t granted_bytes_ = 0;
  int64_t sent_bytes_ = 0;
  Sha256Stream digest_;
};

// The receiving end.
class TransferReceiver {
 public:
  // A body of more than `max_bytes` is refused.
  TransferReceiver(absl::string_view id, int64_t max_bytes, ChunkEncoding encoding = ChunkEncoding::kPlain)
      : id_(id), max_bytes_(max_bytes), encoding_(encoding) {}

  // The grant to send now, when there is a new one: at the beginning, and after Consumed().
  absl::optional<v1::Transfer> NextGrant();

  // The bytes of the next chunk. INVALID_ARGUMENT when it leaves a gap, overlaps, is too large or empty, goes beyond
  // what was granted, comes after the end, has an encoding that was not agreed upon, or holds more than a chunk may;
  // RESOURCE_EXHAUSTED beyond `max_bytes`.
  absl::StatusOr<std::string> OnChunk(v1::TransferChunk chunk);

  // `bytes` of what came take no memory any longer, so that as many may follow.
  void Consumed(int64_t bytes) { consumed_bytes_ += bytes; }

  // OK when the body is whole; DATA_LOSS when length or hash is another.
  absl::Status OnEnd(const v1::TransferEnd& end);

  // Whether OnEnd() has succeeded.
  bool complete() const { return complete_; }
  int64_t received_bytes() const { return received_bytes_; }
  // Of the bytes so far.
  std::string hash() const { return digest_.HexDigest(); }

 private:
  // Unpacks the data of a chunk in place.
  absl::Status Decode(v1::TransferChunk& chunk) const;

  const std::string id_;
  const int64_t max_bytes_;
  const ChunkEncoding encoding_;
  int64_t granted_bytes_ = 0;
  int64_t received_bytes_ = 0;
  int64_t consumed_bytes_ = 0;
  bool complete_ = false;
  Sha256Stream digest_;
};

// How far a grant of `offset` may go when `sent_bytes` have been sent: INVALID_ARGUMENT beyond, or below 0.
absl::Status CheckGrant(int64_t offset, int64_t sent_bytes);

// "The transfer ends here", for `reason`.
v1::Transfer AbortOf(absl::string_view id, const absl::Status& reason);

// RESOURCE_EXHAUSTED for a body of more than `limit_bytes`.
absl::Status BodyTooLargeError(absl::string_view what, int64_t limit_bytes);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_BODY_TRANSFER_H_
