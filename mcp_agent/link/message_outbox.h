// Answers that go apart from their frames because they are large.
#ifndef SPECRELAY_MCP_AGENT_LINK_MESSAGE_OUTBOX_H_
#define SPECRELAY_MCP_AGENT_LINK_MESSAGE_OUTBOX_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/support/body_transfer.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// An outcome whose result goes apart: its frame, and the chunks of the result with their end.
struct ApartOutcome {
  struct Step {
    int64_t end;  // how far the relay must have granted before it may leave
    v1::Transfer step;
  };

  v1::CommandOutcome header;
  std::deque<Step> steps;
  int64_t bytes = 0;  // of the steps

  const std::string& transfer_id() const { return header.message_body().transfer_id(); }
};

// Takes the result out of `outcome`, on a thread that may be kept busy. Pure, thread-safe.
ApartOutcome SetApart(v1::CommandOutcome outcome, absl::string_view transfer_id, ChunkEncoding encoding);

// Those of one stream: one passes after the other, as far as the relay has granted. Bounded. Pure, not thread-safe.
class MessageOutbox {
 public:
  static constexpr int64_t kMaxBytes = int64_t{128} << 20;
  static constexpr size_t kMaxOutcomes = 2048;

  // Whether one with a result of that many bytes would find room now.
  bool HasRoom(int64_t bytes) const { return outcomes_.size() < kMaxOutcomes && bytes_ + bytes <= kMaxBytes; }
  // False, and nothing has changed, when there is no room.
  bool Add(ApartOutcome& outcome);

  // INVALID_ARGUMENT when it goes too far; without effect when that transfer is not passing.
  absl::Status OnGrant(absl::string_view transfer_id, const v1::TransferGrant& grant);
  // The relay does not want it any longer. Returns it, since freeing it takes a while; nullptr when it is not known.
  std::shared_ptr<const ApartOutcome> Drop(absl::string_view transfer_id);

  // The frame of the next one.
  bool HasHeader() const { return !outcomes_.empty() && !passing_; }
  v1::CommandOutcome TakeHeader();
  // A step of the one that passes.
  bool HasStep() const { return passing_ && outcomes_.front().steps.front().end <= granted_bytes_; }
  v1::Transfer TakeStep();

  bool empty() const { return outcomes_.empty(); }
  void Clear();

 private:
  void PopFront();

  std::deque<ApartOutcome> outcomes_;  // each has steps left
  bool passing_ = false;               // the first one: its frame has left
  int64_t granted_bytes_ = 0;          // of that
  int64_t sent_bytes_ = 0;
  int64_t bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_MESSAGE_OUTBOX_H_
