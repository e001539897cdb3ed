#include "tests/bench/ping_pong_service.h"

#include <algorithm>
#include <deque>
#include <string>
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

// Deletes itself.
class Sender final : public grpc::ServerWriteReactor<Ball> {
 public:
  explicit Sender(const bench::Load& load) : left_(load.bytes()) {
    ball_.set_payload(std::string(static_cast<size_t>(std::max<int64_t>(load.ball_bytes(), 1)), 'b'));
    SendNext();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    SendNext();
  }

  void OnDone() override { delete this; }

 private:
  void SendNext() {
    if (left_ == 0) return Finish(grpc::Status::OK);
    const int64_t bytes = std::min(left_, static_cast<int64_t>(ball_.payload().size()));
    ball_.mutable_payload()->resize(static_cast<size_t>(bytes));
    left_ -= bytes;
    StartWrite(&ball_);
  }

  int64_t left_;
  Ball ball_;
};

// Deletes itself.
class Receiver final : public grpc::ServerReadReactor<Ball> {
 public:
  explicit Receiver(bench::Load& load) : load_(load) { StartRead(&ball_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    load_.set_bytes(load_.bytes() + static_cast<int64_t>(ball_.payload().size()));
    StartRead(&ball_);
  }

  void OnDone() override { delete this; }

 private:
  bench::Load& load_;
  Ball ball_;
};

}  // namespace

grpc::ServerBidiReactor<Ball, Ball>* PingPongService::Play(grpc::CallbackServerContext* context) { return new Player; }

grpc::ServerUnaryReactor* PingPongService::Serve(grpc::CallbackServerContext* context, const Ball* ball, Ball* back) {
  *back = *ball;
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

grpc::ServerWriteReactor<Ball>* PingPongService::Download(grpc::CallbackServerContext*, const bench::Load* load) {
  return new Sender(*load);
}

grpc::ServerReadReactor<Ball>* PingPongService::Upload(grpc::CallbackServerContext*, bench::Load* load) {
  return new Receiver(*load);
}

}  // namespace specrelay
