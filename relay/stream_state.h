// What a stream of the server may do next, so that it keeps the rules of gRPC's callback API: one write in flight, one
// Finish, which comes after the last write, and nothing after it.
#ifndef SPECRELAY_RELAY_STREAM_STATE_H_
#define SPECRELAY_RELAY_STREAM_STATE_H_

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace specrelay {

// Pure and not thread-safe: the stream guards it. The stream asks Next() under its lock, takes the step without it, and
// tells when the step has ended.
class StreamState {
 public:
  enum class Step {
    kNone,    // wait for something to happen
    kWrite,   // start a write; ends with WriteEnded()
    kFinish,  // call Finish with finish_status(); the last step
    kCancel,  // call TryCancel; ends with CancelEnded()
  };

  // The next step, given whether there is something to write. At most one kWrite and one kCancel are under way at a
  // time; kFinish comes when neither is.
  Step Next(bool has_data, absl::Time now);

  // The write has ended. A failed one breaks the stream: nothing is written any more.
  void WriteEnded(bool ok);

  // TryCancel has returned.
  void CancelEnded() { cancelling_ = false; }

  // Begins the end: what there is to write is written, then the stream finishes with `status`. False when the end has
  // begun before; the first status counts.
  bool Close(const absl::Status& status, absl::Time now);

  // The peer is gone: nothing can be written any more.
  void Break() { broken_ = true; }

  // Asks for kCancel, which makes a write that is stuck fail. Without effect once the stream has finished.
  void RequestCancel() { cancel_requested_ = true; }

  bool closing() const { return phase_ != Phase::kOpen; }
  bool finished() const { return phase_ == Phase::kFinished; }
  const absl::Status& finish_status() const { return finish_status_; }

  // How long the write under way has taken until `now`; zero when there is none.
  absl::Duration WriteAge(absl::Time now) const;
  // How long ago the end began; zero when it has not, or is over.
  absl::Duration ClosingAge(absl::Time now) const;

 private:
  enum class Phase { kOpen, kClosing, kFinished };

  Phase phase_ = Phase::kOpen;
  bool writing_ = false;
  bool broken_ = false;
  bool cancel_requested_ = false;
  bool cancel_issued_ = false;
  bool cancelling_ = false;
  absl::Status finish_status_;
  absl::Time write_started_;
  absl::Time closed_at_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_STREAM_STATE_H_
