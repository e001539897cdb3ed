#include "tests/bench/steady_callers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr int kCallers = 4;
constexpr absl::Duration kStuckAfter = absl::Minutes(1);
constexpr absl::Duration kPause = absl::Milliseconds(100);
constexpr absl::Duration kTimeout = absl::Seconds(10);

// The relay is away, does not know the project yet, or cannot tell what became of the write.
bool MayTryAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsNotFound(status) || absl::IsDeadlineExceeded(status);
}

}  // namespace

SteadyCallers::SteadyCallers(const Cluster& cluster, std::vector<std::string> projects)
    : cluster_(cluster), projects_(std::move(projects)) {
  for (int i = 0; i < kCallers; ++i) callers_.emplace_back([this, i] { RunCaller(i); });
}

void SteadyCallers::Stop() {
  stopping_ = true;
  for (std::thread& caller : callers_) {
    if (caller.joinable()) caller.join();
  }
}

absl::Status SteadyCallers::failure() const {
  absl::MutexLock lock(&mu_);
  return failure_;
}

void SteadyCallers::RunCaller(int caller) {
  Client client = cluster_.User();
  for (int number = 0; !stopping_; ++number) {
    v1::ExecuteRequest request;
    request.set_project_id(projects_[static_cast<size_t>(number * kCallers + caller) % projects_.size()]);
    request.set_request_id(absl::StrCat("caller-", caller, "-", absl::ToUnixNanos(absl::Now())));
    request.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
    *request.mutable_timeout() = ToProto(kTimeout);
    v1::TaskStatusUpdateRequest& update = *request.mutable_command()->mutable_task_status_update();
    update.set_spec_name("spec");
    update.set_task_id("1");
    update.set_status(v1::TASK_STATUS_COMPLETED);
    const absl::Status status = Write(client, request);
    ++done_;
    if (status.ok()) continue;
    absl::MutexLock lock(&mu_);
    if (failure_.ok()) failure_ = status;
    return;
  }
}

absl::Status SteadyCallers::Write(Client& client, const v1::ExecuteRequest& request) const {
  absl::Status status;
  for (const absl::Time deadline = absl::Now() + kStuckAfter; absl::Now() < deadline; absl::SleepFor(kPause)) {
    const absl::StatusOr<v1::ExecuteResponse> response = client.Execute(request);
    status = response.status();
    if (response.ok() && response->state() == v1::COMMAND_STATE_APPLIED) return status;
    if (!response.ok() && !MayTryAgain(status)) return status;
  }
  return absl::DeadlineExceededError(absl::StrCat("a write does not get through: ", status.message()));
}

}  // namespace specrelay
