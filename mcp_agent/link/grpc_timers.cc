#include "mcp_agent/link/grpc_timers.h"

#include <chrono>
#include <utility>

#include "grpc/support/time.h"
#include "grpcpp/alarm.h"

namespace specrelay {
namespace {

class AlarmTimer final : public Timers::Timer {
 public:
  AlarmTimer(absl::Duration delay, std::function<void()> callback) {
    const gpr_timespec deadline =
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_nanos(absl::ToInt64Nanoseconds(delay), GPR_TIMESPAN));
    alarm_.Set(deadline, [callback = std::move(callback)](bool expired) {
      if (expired) callback();
    });
  }

 private:
  grpc::Alarm alarm_;  // its destructor cancels, and lets a call that has begun end by itself
};

}  // namespace

absl::Time GrpcTimers::Now() const {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

std::unique_ptr<Timers::Timer> GrpcTimers::Schedule(absl::Duration delay, std::function<void()> callback) {
  return std::make_unique<AlarmTimer>(delay, std::move(callback));
}

}  // namespace specrelay
