#include <string>
#include <utility>
#include <vector>

#include "dashboard/api/approval_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Decisions about several approvals, and taking them back.

namespace specrelay {
namespace {

absl::StatusOr<std::vector<std::string>> IdsOf(const RequestBody& body) {
  absl::StatusOr<std::vector<std::string>> ids = body.Texts("ids");
  if (!ids.ok() || ids->empty()) return absl::InvalidArgumentError("ids must be a non-empty array");
  return ids;
}

absl::StatusOr<HttpResponse> DecideAll(const ApiCall& call) {
  v1::Command command;
  v1::ApprovalBatchUpdateRequest& update = *command.mutable_approval_batch_update();
  ASSIGN_OR_RETURN(const v1::ApprovalStatus decision, DecisionOfAction(call.Path("action")));
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, IdsOf(body));
  ASSIGN_OR_RETURN(*update.mutable_response(), body.TextOr("response", ""));
  update.set_status(decision);
  for (const std::string& id : ids) update.add_ids(id);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(BatchJson(result.approval_batch_update().items()));
}

absl::StatusOr<HttpResponse> UndoAll(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, IdsOf(body));
  for (const std::string& id : ids) command.mutable_approval_undo()->add_ids(id);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(BatchJson(result.approval_undo().items()));
}

absl::StatusOr<HttpResponse> Undo(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_undo()->add_ids(call.Path("approvalId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  for (const v1::ApprovalBatchItem& item : result.approval_undo().items()) {
    if (item.code() != 0) return absl::Status(static_cast<absl::StatusCode>(item.code()), item.error());
  }
  return JsonAnswer({{"success", true}});
}

}  // namespace

std::vector<Route> ApprovalBatchRoutes(ApiServices& services) {
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  return {
      route({"POST", "/api/projects/{projectId}/approvals/batch/{action}", Access::kUser,
             "Decides several approvals, each for itself: approve, reject or needs-revision", "BatchDecision",
             "BatchOutcome", kWrites},
            DecideAll),
      route(
          {"POST", "/api/projects/{projectId}/approvals/batch/undo", Access::kUser,
           "Takes decisions back, within 30 s and while nobody has taken them in", "BatchIds", "BatchOutcome", kWrites},
          UndoAll),
      route({"POST", "/api/projects/{projectId}/approvals/{approvalId}/undo", Access::kUser,
             "Takes a decision back, within 30 s and while nobody has taken it in", "Nothing", "Done", kWrites},
            Undo),
  };
}

}  // namespace specrelay
