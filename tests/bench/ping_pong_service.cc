#include "tests/bench/ping_pong_service.h"

#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace specrelay {
namespace {

using bench::Ball;

// Deletes itself.
class Player final : public grpc::ServerBidiReactor<Ball, Ball> {
 public:
  Player() { StartRead(&incoming_); }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mu_);
      if (ok) {
        waiting_.push_back(std::move(incoming_));
      } else {
        reads_over_ = true;
      }
    }
    Pump();
    if (ok) StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mu_);
      writing_ = false;
      if (!ok) waiting_.clear();
    }
    Pump();
  }

  void OnDone() override { delete this; }

 private:
  enum class Step { kNothing, kWrite, kWriteWithMoreToCome, kFinish };

  // Prepares what it returns, which the caller alone may then do.
  Step NextStep() {
    absl::MutexLock lock(&mu_);
    if (writing_ || finished_) return Step::kNothing;
    if (waiting_.empty()) {
      finished_ = reads_over_;
      return finished_ ? Step::kFinish : Step::kNothing;
    }
    writing_ = true;
    outgoing_ = std::move(waiting_.front());
    waiting_.pop_front();
    return waiting_.empty() ? Step::kWrite : Step::kWriteWithMoreToCome;
  }

  void Pump() {
    switch (NextStep()) {
      case Step::kNothing:
        return;
      case Step::kWrite:
        return StartWrite(&outgoing_);
      case Step::kWriteWithMoreToCome:
        return StartWrite(&outgoing_, grpc::WriteOptions().set_buffer_hint());
      case Step::kFinish:
        return Finish(grpc::Status::OK);
    }
  }

  Ball incoming_;  // owned by the read in flight
  Ball outgoing_;  // owned by the write in flight

  absl::Mutex mu_;
  std::deque<Ball> waiting_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool reads_over_ ABSL_GUARDED_BY(mu_) = false;
  bool finished_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace

grpc::ServerBidiReactor<Ball, Ball>* PingPongService::Play(grpc::CallbackServerContext* context) { return new Player; }

}  // namespace specrelay
