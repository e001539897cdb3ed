#include "tests/bench/call_load.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class Runner {
 public:
  Runner(const BeginCall& begin, absl::Duration time) : begin_(begin), begun_(absl::Now()), end_(begun_ + time) {}

  absl::StatusOr<LoadResult> Run(int in_flight) {
    lanes_.resize(static_cast<size_t>(in_flight));
    {
      absl::MutexLock lock(&mu_);
      under_way_ = in_flight;
    }
    for (int lane = 0; lane < in_flight; ++lane) Send(lane);
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(this, &Runner::IsOver));
    RETURN_IF_ERROR(failure_);
    return std::move(result_);
  }

 private:
  // A context is good for one call.
  struct Lane {
    std::unique_ptr<grpc::ClientContext> context;
    absl::Time sent;
  };

  void Send(int number) {
    Lane& lane = lanes_[static_cast<size_t>(number)];
    lane.context = std::make_unique<grpc::ClientContext>();
    lane.sent = absl::Now();
    begin_(number, *lane.context, [this, number](const grpc::Status& status) { OnAnswer(number, status); });
  }

  void OnAnswer(int number, const grpc::Status& status) {
    const absl::Time now = absl::Now();
    {
      absl::MutexLock lock(&mu_);
      if (!status.ok() && failure_.ok()) failure_ = FromGrpcStatus(status);
      ++result_.answered;
      result_.latencies_us.push_back(absl::ToDoubleMicroseconds(now - lanes_[static_cast<size_t>(number)].sent));
      result_.took = now - begun_;
      if (now >= end_ || !failure_.ok()) {
        --under_way_;
        return;
      }
    }
    Send(number);
  }

  bool IsOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return under_way_ == 0; }

  const BeginCall& begin_;
  const absl::Time begun_;
  const absl::Time end_;
  std::vector<Lane> lanes_;

  absl::Mutex mu_;
  int under_way_ ABSL_GUARDED_BY(mu_) = 0;
  LoadResult result_ ABSL_GUARDED_BY(mu_);
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

absl::StatusOr<LoadResult> RunCallLoad(const BeginCall& begin, int in_flight, absl::Duration time) {
  return Runner(begin, time).Run(in_flight);
}

}  // namespace specrelay
