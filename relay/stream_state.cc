#include "relay/stream_state.h"

namespace specrelay {

StreamState::Step StreamState::Next(bool has_data, absl::Time now) {
  if (phase_ == Phase::kFinished || cancelling_) return Step::kNone;
  if (cancel_requested_ && !cancel_issued_) {
    cancel_issued_ = true;
    cancelling_ = true;
    broken_ = true;
    return Step::kCancel;
  }
  if (writing_) return Step::kNone;
  if (has_data && !broken_) {
    writing_ = true;
    write_started_ = now;
    return Step::kWrite;
  }
  if (phase_ != Phase::kClosing) return Step::kNone;
  phase_ = Phase::kFinished;
  return Step::kFinish;
}

void StreamState::WriteEnded(bool ok) {
  writing_ = false;
  if (!ok) broken_ = true;
}

bool StreamState::Close(const absl::Status& status, absl::Time now) {
  if (phase_ != Phase::kOpen) return false;
  phase_ = Phase::kClosing;
  finish_status_ = status;
  closed_at_ = now;
  return true;
}

absl::Duration StreamState::WriteAge(absl::Time now) const {
  return writing_ ? now - write_started_ : absl::ZeroDuration();
}

absl::Duration StreamState::ClosingAge(absl::Time now) const {
  return phase_ == Phase::kClosing ? now - closed_at_ : absl::ZeroDuration();
}

}  // namespace specrelay
