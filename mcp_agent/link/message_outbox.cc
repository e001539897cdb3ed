#include "mcp_agent/link/message_outbox.h"

#include <algorithm>
#include <string>
#include <utility>

#include "proto/support/status_macros.h"

namespace specrelay {

ApartOutcome SetApart(v1::CommandOutcome outcome, absl::string_view transfer_id, ChunkEncoding encoding) {
  ApartOutcome apart;
  const std::string result = outcome.result().SerializeAsString();
  outcome.clear_result();
  outcome.set_body(v1::BODY_KIND_MESSAGE);
  outcome.mutable_message_body()->set_transfer_id(std::string(transfer_id));
  outcome.mutable_message_body()->set_size_bytes(static_cast<int64_t>(result.size()));
  apart.header = std::move(outcome);
  TransferSender sender(transfer_id, encoding);
  for (size_t at = 0; at < result.size(); at += kMaxChunkBytes) {
    v1::Transfer chunk = sender.Chunk(result.substr(at, kMaxChunkBytes));
    apart.bytes += static_cast<int64_t>(chunk.chunk().data().size());
    apart.steps.push_back({sender.sent_bytes(), std::move(chunk)});
  }
  apart.steps.push_back({sender.sent_bytes(), sender.End()});
  return apart;
}

bool MessageOutbox::Add(ApartOutcome& outcome) {
  if (!HasRoom(outcome.bytes)) return false;
  bytes_ += outcome.bytes;
  outcomes_.push_back(std::move(outcome));
  return true;
}

absl::Status MessageOutbox::OnGrant(absl::string_view transfer_id, const v1::TransferGrant& grant) {
  if (!passing_ || outcomes_.front().transfer_id() != transfer_id) return absl::OkStatus();
  RETURN_IF_ERROR(CheckGrant(grant.offset(), sent_bytes_));
  granted_bytes_ = std::max(granted_bytes_, grant.offset());
  return absl::OkStatus();
}

std::shared_ptr<const ApartOutcome> MessageOutbox::Drop(absl::string_view transfer_id) {
  for (auto it = outcomes_.begin(); it != outcomes_.end(); ++it) {
    if (it->transfer_id() != transfer_id) continue;
    if (it == outcomes_.begin()) passing_ = false;
    bytes_ -= it->bytes;
    auto dropped = std::make_shared<const ApartOutcome>(std::move(*it));
    outcomes_.erase(it);
    return dropped;
  }
  return nullptr;
}

v1::CommandOutcome MessageOutbox::TakeHeader() {
  passing_ = true;
  granted_bytes_ = 0;
  sent_bytes_ = 0;
  return outcomes_.front().header;
}

v1::Transfer MessageOutbox::TakeStep() {
  ApartOutcome& outcome = outcomes_.front();
  v1::Transfer step = std::move(outcome.steps.front().step);
  sent_bytes_ = outcome.steps.front().end;
  outcome.steps.pop_front();
  const auto bytes = static_cast<int64_t>(step.chunk().data().size());
  outcome.bytes -= bytes;
  bytes_ -= bytes;
  if (outcome.steps.empty()) PopFront();
  return step;
}

void MessageOutbox::PopFront() {
  bytes_ -= outcomes_.front().bytes;
  outcomes_.pop_front();
  passing_ = false;
}

void MessageOutbox::Clear() {
  outcomes_.clear();
  passing_ = false;
  bytes_ = 0;
}

}  // namespace specrelay
