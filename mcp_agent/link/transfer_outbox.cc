#include "mcp_agent/link/transfer_outbox.h"

#include <utility>

namespace specrelay {
namespace {

int64_t DataBytes(const v1::AgentFrame& frame) { return static_cast<int64_t>(frame.transfer().chunk().data().size()); }

}  // namespace

bool TransferOutbox::Add(v1::Transfer step) {
  v1::AgentFrame frame;
  *frame.mutable_transfer() = std::move(step);
  const int64_t bytes = DataBytes(frame);
  if (bytes_ + bytes > kMaxBytes) return false;
  bytes_ += bytes;
  bodies_[frame.transfer().request_id()].push_back(std::move(frame));
  return true;
}

void TransferOutbox::AddOutcome(v1::CommandOutcome outcome) {
  v1::AgentFrame frame;
  *frame.mutable_outcome() = std::move(outcome);
  bodies_[frame.outcome().request_id()].push_back(std::move(frame));
}

void TransferOutbox::Drop(absl::string_view request_id) {
  const auto body = bodies_.find(request_id);
  if (body == bodies_.end()) return;
  std::deque<v1::AgentFrame> kept;
  for (v1::AgentFrame& frame : body->second) {
    bytes_ -= DataBytes(frame);
    if (frame.has_outcome()) kept.push_back(std::move(frame));
  }
  body->second = std::move(kept);
  if (body->second.empty()) bodies_.erase(body);
}

v1::AgentFrame TransferOutbox::Take() {
  auto body = bodies_.upper_bound(last_);
  if (body == bodies_.end()) body = bodies_.begin();
  last_ = body->first;
  v1::AgentFrame frame = std::move(body->second.front());
  body->second.pop_front();
  bytes_ -= DataBytes(frame);
  if (body->second.empty()) bodies_.erase(body);
  return frame;
}

void TransferOutbox::Clear() {
  bodies_.clear();
  last_.clear();
  bytes_ = 0;
}

}  // namespace specrelay
