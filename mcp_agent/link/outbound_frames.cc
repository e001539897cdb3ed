#include "mcp_agent/link/outbound_frames.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "mcp_agent/link/command_outcomes.h"

namespace specrelay {
namespace {

constexpr size_t kMaxPongs = 16;
constexpr size_t kMaxGrants = 1024;
constexpr int64_t kDefaultFrameBytes = int64_t{4} << 20;
// A relay that takes less could not even be told what went wrong.
constexpr int64_t kLeastFrameBytes = int64_t{64} << 10;
// Of an AgentFrame around what it carries.
constexpr int64_t kFrameOverheadBytes = 64;
// Outcomes up to this size wait whatever the bytes of the others: there are only so many.
constexpr int64_t kSmallOutcomeBytes = int64_t{64} << 10;
// Of a file in a TreeState: tag and length.
constexpr int64_t kFileOverheadBytes = 6;
constexpr int kStatePartFiles = 512;
constexpr int64_t kStatePartBytes = int64_t{1} << 20;

}  // namespace

void OutboundFrames::Open(v1::Register registration) {
  Close();
  open_ = true;
  register_waits_ = true;
  registration_ = std::move(registration);
}

void OutboundFrames::Close() {
  open_ = false;
  register_waits_ = false;
  max_frame_bytes_ = 0;
  pongs_.clear();
  outcomes_.clear();
  outcome_bytes_ = 0;
  grants_.clear();
  transfers_.Clear();
  messages_.Clear();
  events_.StartStream();
  progress_.Clear();
  state_.reset();
  goodbye_ = GoodbyeState::kNone;
}

void OutboundFrames::Welcomed(int64_t max_frame_bytes) {
  max_frame_bytes_ = std::max(max_frame_bytes > 0 ? max_frame_bytes : kDefaultFrameBytes, kLeastFrameBytes);
}

void OutboundFrames::AddPong(uint64_t nonce) {
  if (pongs_.size() == kMaxPongs) pongs_.pop_front();
  pongs_.push_back(nonce);
}

bool OutboundFrames::AddOutcome(v1::CommandOutcome outcome, bool is_write) {
  if (static_cast<int64_t>(outcomes_.size()) >= limits_.max_outcomes) return false;
  outcome = FitOutcome(std::move(outcome), is_write, max_frame_bytes_ - kFrameOverheadBytes, "the relay's limit");
  const int64_t room = std::max(limits_.max_outcome_bytes - outcome_bytes_, kSmallOutcomeBytes);
  outcome = FitOutcome(std::move(outcome), is_write, room, "the room beside the answers that wait to be sent");
  if (transfers_.Has(outcome.request_id())) {
    transfers_.AddOutcome(std::move(outcome));
    return true;
  }
  outcome_bytes_ += static_cast<int64_t>(outcome.ByteSizeLong());
  outcomes_.push_back(std::move(outcome));
  return true;
}

bool OutboundFrames::AddTransfer(v1::Transfer step) {
  if (step.has_chunk() || step.has_end()) return transfers_.Add(std::move(step));
  if (step.has_abort()) transfers_.Drop(step.request_id());
  if (step.has_grant()) {
    const auto same = std::find_if(grants_.begin(), grants_.end(), [&](const v1::Transfer& waiting) {
      return waiting.has_grant() && waiting.request_id() == step.request_id();
    });
    if (same != grants_.end()) {
      *same = std::move(step);
      return true;
    }
  }
  if (grants_.size() == kMaxGrants) return false;
  grants_.push_back(std::move(step));
  return true;
}

void OutboundFrames::SetTreeState(uint64_t nonce, std::vector<v1::FileState> files) {
  state_ = StateAnswer{nonce, std::move(files), 0, events_.added()};
}

void OutboundFrames::SayGoodbye(absl::string_view reason) {
  if (saying_goodbye()) return;
  goodbye_ = GoodbyeState::kWaiting;
  goodbye_reason_ = std::string(reason);
}

NextWrite OutboundFrames::Next(v1::AgentFrame& frame) {
  frame.Clear();
  if (!open_) return NextWrite::kNothing;
  if (register_waits_) {
    register_waits_ = false;
    *frame.mutable_register_() = std::move(registration_);
    return NextWrite::kFrame;
  }
  if (goodbye_ == GoodbyeState::kSaid) return NextWrite::kHalfClose;
  if (max_frame_bytes_ == 0) return NextWrite::kNothing;
  if (!pongs_.empty()) {
    frame.mutable_pong()->set_nonce(pongs_.front());
    pongs_.pop_front();
    return NextWrite::kFrame;
  }
  if (!grants_.empty()) {
    *frame.mutable_transfer() = std::move(grants_.front());
    grants_.pop_front();
    return NextWrite::kFrame;
  }
  if (!outcomes_.empty()) {
    outcome_bytes_ -= static_cast<int64_t>(outcomes_.front().ByteSizeLong());
    *frame.mutable_outcome() = std::move(outcomes_.front());
    outcomes_.pop_front();
    return NextWrite::kFrame;
  }
  if (messages_.HasHeader()) {
    *frame.mutable_outcome() = messages_.TakeHeader();
    return NextWrite::kFrame;
  }
  if (!progress_.empty()) {
    *frame.mutable_job_progress() = progress_.Take();
    return NextWrite::kFrame;
  }
  if (NextEvents(frame)) return NextWrite::kFrame;
  if (goodbye_ == GoodbyeState::kWaiting && transfers_.empty() && messages_.empty()) {
    frame.mutable_goodbye()->set_reason(goodbye_reason_);
    goodbye_ = GoodbyeState::kSaid;
    return NextWrite::kFrame;
  }
  if (state_.has_value()) {
    TakeTreeState(*frame.mutable_tree_state());
    return NextWrite::kFrame;
  }
  if (transfers_.empty() && !messages_.HasStep()) return NextWrite::kNothing;
  TakeBody(frame);
  return NextWrite::kFrame;
}

void OutboundFrames::TakeBody(v1::AgentFrame& frame) {
  messages_turn_ = messages_.HasStep() && (transfers_.empty() || !messages_turn_);
  if (messages_turn_) {
    *frame.mutable_transfer() = messages_.TakeStep();
  } else {
    frame = transfers_.Take();
  }
}

bool OutboundFrames::NextEvents(v1::AgentFrame& frame) {
  if (!events_.CanSend()) return false;
  int64_t most_events = std::numeric_limits<int64_t>::max();
  if (state_.has_value() && !saying_goodbye()) most_events = state_->after_event - events_.passed();
  if (most_events <= 0) return false;
  *frame.mutable_events() = events_.Take(max_frame_bytes_, most_events);
  return true;
}

void OutboundFrames::TakeTreeState(v1::TreeState& part) {
  const int64_t room = std::min(kStatePartBytes, max_frame_bytes_) - kFrameOverheadBytes;
  part.set_nonce(state_->nonce);
  part.set_sequence(events_.last_sequence());
  int64_t bytes = 0;
  while (state_->next < state_->files.size() && part.files_size() < kStatePartFiles) {
    v1::FileState& next = state_->files[state_->next];
    bytes += static_cast<int64_t>(next.ByteSizeLong()) + kFileOverheadBytes;
    if (bytes > room && part.files_size() > 0) break;
    *part.add_files() = std::move(next);
    ++state_->next;
  }
  if (state_->next < state_->files.size()) return;
  part.set_last(true);
  state_.reset();
}

}  // namespace specrelay
