#include "tests/bench/execute_load.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class Runner {
 public:
  Runner(Client& client, const v1::ExecuteRequest& request, absl::Duration time)
      : client_(client), request_(request), begun_(absl::Now()), end_(begun_ + time) {}

  absl::StatusOr<LoadResult> Run(int in_flight) {
    lanes_.resize(static_cast<size_t>(in_flight));
    {
      absl::MutexLock lock(&mu_);
      under_way_ = in_flight;
    }
    for (Lane& lane : lanes_) Send(lane);
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(this, &Runner::IsOver));
    RETURN_IF_ERROR(failure_);
    return std::move(result_);
  }

 private:
  // A context is good for one call.
  struct Lane {
    std::unique_ptr<grpc::ClientContext> context;
    v1::ExecuteResponse response;
    absl::Time sent;
  };

  void Send(Lane& lane) {
    lane.context = std::make_unique<grpc::ClientContext>();
    client_.Prepare(*lane.context);
    lane.sent = absl::Now();
    client_.stub().async()->Execute(lane.context.get(), &request_, &lane.response,
                                    [this, &lane](const grpc::Status& status) { OnAnswer(lane, status); });
  }

  void OnAnswer(Lane& lane, const grpc::Status& status) {
    const absl::Time now = absl::Now();
    {
      absl::MutexLock lock(&mu_);
      if (!status.ok() && failure_.ok()) failure_ = FromGrpcStatus(status);
      ++result_.answered;
      result_.latencies_us.push_back(absl::ToDoubleMicroseconds(now - lane.sent));
      result_.took = now - begun_;
      if (now >= end_ || !failure_.ok()) {
        --under_way_;
        return;
      }
    }
    Send(lane);
  }

  bool IsOver() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return under_way_ == 0; }

  Client& client_;
  const v1::ExecuteRequest& request_;
  const absl::Time begun_;
  const absl::Time end_;
  std::vector<Lane> lanes_;

  absl::Mutex mu_;
  int under_way_ ABSL_GUARDED_BY(mu_) = 0;
  LoadResult result_ ABSL_GUARDED_BY(mu_);
  absl::Status failure_ ABSL_GUARDED_BY(mu_);
};

// Without the detour through another thread that a callback is.
absl::StatusOr<LoadResult> RunOneByOne(Client& client, const v1::ExecuteRequest& request, absl::Duration time) {
  LoadResult result;
  const absl::Time begun = absl::Now();
  for (absl::Time sent = begun; sent < begun + time;) {
    RETURN_IF_ERROR(client.Execute(request).status());
    const absl::Time now = absl::Now();
    ++result.answered;
    result.latencies_us.push_back(absl::ToDoubleMicroseconds(now - sent));
    result.took = now - begun;
    sent = now;
  }
  return result;
}

}  // namespace

absl::StatusOr<LoadResult> RunExecuteLoad(Client& client, const v1::ExecuteRequest& request, int in_flight,
                                          absl::Duration time) {
  if (in_flight == 1) return RunOneByOne(client, request, time);
  return Runner(client, request, time).Run(in_flight);
}

}  // namespace specrelay
