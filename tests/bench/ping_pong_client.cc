#include "tests/bench/ping_pong_client.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "ping_pong.grpc.pb.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "tests/bench/call_load.h"

namespace specrelay {
namespace {

using bench::Ball;

constexpr absl::Duration kPatience = absl::Seconds(30);

class Player final : public grpc::ClientBidiReactor<Ball, Ball> {
 public:
  Player(bench::PingPong::Stub& stub, int in_flight, size_t bytes, absl::Duration time)
      : timed_(in_flight == 1), begun_(absl::Now()), end_(begun_ + time), to_throw_(in_flight) {
    outgoing_.set_payload(std::string(bytes, 'b'));
    context_.set_deadline(absl::ToChronoTime(end_ + kPatience));
    stub.async()->Play(&context_, this);
    // Writes begin in reactions to writes and to reads alike.
    AddHold();
    StartRead(&incoming_);
    StartCall();
    Pump();
  }

  absl::StatusOr<LoadResult> Wait() {
    done_.WaitForNotification();
    RETURN_IF_ERROR(outcome_);
    return std::move(result_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return EndWrites();
    const absl::Time now = absl::Now();
    if (result_.took == absl::ZeroDuration()) {
      ++result_.answered;
      if (timed_) result_.latencies_us.push_back(absl::ToDoubleMicroseconds(now - thrown_));
      if (now >= end_) result_.took = now - begun_;
    }
    {
      absl::MutexLock lock(&mu_);
      over_ = now >= end_;
      if (!over_) ++to_throw_;
    }
    Pump();
    StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    {
      absl::MutexLock lock(&mu_);
      writing_ = false;
    }
    if (!ok) return EndWrites();
    Pump();
  }

  void OnWritesDoneDone(bool ok) override { EndWrites(); }

  void OnDone(const grpc::Status& status) override {
    outcome_ = FromGrpcStatus(status);
    done_.Notify();
  }

 private:
  enum class Step { kNothing, kWrite, kWriteWithMoreToCome, kClose };

  Step NextStep() {
    absl::MutexLock lock(&mu_);
    if (writing_ || closing_) return Step::kNothing;
    if (over_) {
      closing_ = true;
      return Step::kClose;
    }
    if (to_throw_ == 0) return Step::kNothing;
    writing_ = true;
    thrown_ = absl::Now();
    return --to_throw_ > 0 ? Step::kWriteWithMoreToCome : Step::kWrite;
  }

  void Pump() {
    switch (NextStep()) {
      case Step::kNothing:
        return;
      case Step::kWrite:
        return StartWrite(&outgoing_);
      case Step::kWriteWithMoreToCome:
        return StartWrite(&outgoing_, grpc::WriteOptions().set_buffer_hint());
      case Step::kClose:
        return StartWritesDone();
    }
  }

  void EndWrites() {
    {
      absl::MutexLock lock(&mu_);
      closing_ = true;
      if (hold_removed_) return;
      hold_removed_ = true;
    }
    RemoveHold();
  }

  const bool timed_;
  const absl::Time begun_;
  const absl::Time end_;
  grpc::ClientContext context_;
  Ball incoming_;
  Ball outgoing_;         // always the same
  absl::Time thrown_;     // of the one in flight
  LoadResult result_;     // owned by reading
  absl::Status outcome_;  // before done_
  absl::Notification done_;

  absl::Mutex mu_;
  int to_throw_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool over_ ABSL_GUARDED_BY(mu_) = false;  // the time is
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  bool hold_removed_ ABSL_GUARDED_BY(mu_) = false;
};

absl::StatusOr<std::unique_ptr<bench::PingPong::Stub>> Reach(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  if (!channel->WaitForConnected(absl::ToChronoTime(absl::Now() + kPatience))) {
    return absl::UnavailableError("the raw gRPC server cannot be reached");
  }
  return bench::PingPong::NewStub(channel);
}

}  // namespace

absl::StatusOr<LoadResult> PlayPingPong(const std::string& address, int in_flight, size_t bytes, absl::Duration time) {
  ASSIGN_OR_RETURN(const auto stub, Reach(address));
  Player player(*stub, in_flight, bytes, time);
  return player.Wait();
}

absl::StatusOr<LoadResult> ServePingPong(const std::string& address, int in_flight, size_t bytes, absl::Duration time) {
  ASSIGN_OR_RETURN(const auto stub, Reach(address));
  Ball ball;
  ball.set_payload(std::string(bytes, 'b'));
  std::vector<Ball> back(static_cast<size_t>(in_flight));
  const BeginCall begin = [&](int lane, grpc::ClientContext& context, std::function<void(const grpc::Status&)> done) {
    stub->async()->Serve(&context, &ball, &back[static_cast<size_t>(lane)], std::move(done));
  };
  return RunCallLoad(begin, in_flight, time);
}

}  // namespace specrelay
