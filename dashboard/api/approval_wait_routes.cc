#include <algorithm>
#include <string>
#include <utility>

#include "dashboard/api/approval_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// The long poll for a decision.

namespace specrelay {
namespace {

constexpr int32_t kLongestWaitMs = 30 * 60 * 1000;
// What the relay takes for one command.
constexpr absl::Duration kShortestSlice = absl::Seconds(1);
constexpr absl::Duration kLongestSlice = absl::Minutes(10);

absl::StatusOr<v1::ApprovalWaitResponse> WaitUntil(const ApiCall& call, absl::Time deadline) {
  while (true) {
    const absl::Duration left = deadline - call.services().clock.Now();
    v1::Command command;
    command.mutable_approval_wait()->set_id(call.Path("approvalId"));
    ASSIGN_OR_RETURN(v1::CommandResult result,
                     call.Run(std::move(command), std::min(std::max(left, kShortestSlice), kLongestSlice)));
    v1::ApprovalWaitResponse& wait = *result.mutable_approval_wait();
    if (wait.resolved() || wait.deleted() || call.services().clock.Now() + kShortestSlice > deadline) {
      return std::move(wait);
    }
  }
}

absl::StatusOr<HttpResponse> Wait(const ApiCall& call) {
  ASSIGN_OR_RETURN(const int32_t timeout_ms, call.QueryCount("timeout", kLongestWaitMs));
  ASSIGN_OR_RETURN(const WaitSlots::Slot slot, call.services().waits.Take());
  const absl::Duration timeout = absl::Milliseconds(std::min(timeout_ms, kLongestWaitMs));
  ASSIGN_OR_RETURN(const v1::ApprovalWaitResponse wait, WaitUntil(call, call.services().clock.Now() + timeout));
  return JsonAnswer(ApprovalWaitJson(wait));
}

}  // namespace

std::vector<Route> ApprovalWaitRoutes(ApiServices& services) {
  return {ApiRoute(
      services,
      {"GET",
       "/api/projects/{projectId}/approvals/{approvalId}/wait",
       Access::kViewer,
       "Waits for a decision; when `resolved` is false, ask again. POST …/consume confirms that it was taken in",
       "",
       "ApprovalWait",
       kReads,
       {{"timeout", "How long to wait, in milliseconds: 30 min when absent, and at most"},
        {"autoDelete", "Ignored: a decision that were deleted before its reader has it would be lost"}}},
      Wait)};
}

}  // namespace specrelay
