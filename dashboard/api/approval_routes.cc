#include <string>
#include <utility>

#include "dashboard/api/approval_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Approvals: lists, decisions, and what happens to them afterwards.

namespace specrelay {
namespace {

absl::StatusOr<HttpResponse> ListApprovals(const ApiCall& call) {
  const std::string which = call.Query("status");
  if (!which.empty() && which != "pending" && which != "all") {
    return absl::InvalidArgumentError("status must be pending (which it is when absent) or all");
  }
  v1::Command command;
  command.mutable_approval_list()->set_include_decided(which == "all");
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  Json list = Json::array();
  for (const v1::Approval& approval : result.approval_list().approvals()) list.push_back(ApprovalJson(approval));
  return JsonAnswer(list);
}

absl::StatusOr<HttpResponse> GetApproval(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_get()->set_id(call.Path("approvalId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(ApprovalJson(result.approval_get().approval()));
}

absl::StatusOr<HttpResponse> Decide(const ApiCall& call) {
  v1::Command command;
  v1::ApprovalUpdateRequest& update = *command.mutable_approval_update();
  ASSIGN_OR_RETURN(const v1::ApprovalStatus decision, DecisionOfAction(call.Path("action")));
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*update.mutable_response(), body.TextOr("response", ""));
  ASSIGN_OR_RETURN(*update.mutable_annotations(), body.TextOr("annotations", ""));
  ASSIGN_OR_RETURN(*update.mutable_comments(), CommentsFromBody(body));
  // The tag of the content that was reviewed: a decision is about what its maker has read.
  ASSIGN_OR_RETURN(absl::optional<std::string> reviewed, call.BaseHash());
  if (reviewed.has_value()) update.set_reviewed_hash(*std::move(reviewed));
  update.set_id(call.Path("approvalId"));
  update.set_status(decision);
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return JsonAnswer({{"success", true}});
}

absl::StatusOr<HttpResponse> Consume(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const bool remove, body.FlagOr("delete", false));
  command.mutable_approval_consume()->set_id(call.Path("approvalId"));
  command.mutable_approval_consume()->set_delete_(remove);
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return JsonAnswer({{"success", true}});
}

absl::StatusOr<HttpResponse> Delete(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_delete()->set_id(call.Path("approvalId"));
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return JsonAnswer({{"success", true}});
}

absl::StatusOr<HttpResponse> GetAutoApprove(const ApiCall& call) {
  v1::Command command;
  command.mutable_auto_approve_get();
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer({{"enabled", result.auto_approve_get().enabled()}});
}

absl::StatusOr<HttpResponse> PutAutoApprove(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(const bool enabled, body.Flag("enabled"));
  command.mutable_auto_approve_set()->set_enabled(enabled);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer({{"success", true}, {"enabled", result.auto_approve_set().enabled()}});
}

}  // namespace

std::vector<Route> ApprovalRoutes(ApiServices& services) {
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  return {
      route({"GET",
             "/api/projects/{projectId}/approvals",
             Access::kViewer,
             "Lists the approvals that wait for a decision, or all",
             "",
             "ApprovalList",
             kReads,
             {{"status", "`pending`, which it is when absent, or `all`"}}},
            ListApprovals),
      route({"GET", "/api/projects/{projectId}/approvals/{approvalId}", Access::kViewer, "Describes an approval", "",
             "Approval", kReads},
            GetApproval),
      route({"DELETE", "/api/projects/{projectId}/approvals/{approvalId}", Access::kUser, "Deletes a decided approval",
             "", "Done", kWrites},
            Delete),
      route({"POST", "/api/projects/{projectId}/approvals/{approvalId}/{action}", Access::kUser,
             "Decides an approval: approve, reject or needs-revision; If-Match names the content that was reviewed",
             "Decision", "Done", kConditionalWrites},
            Decide),
      route({"POST", "/api/projects/{projectId}/approvals/{approvalId}/consume", Access::kUser,
             "Confirms that a decision was taken in, after which it cannot be undone", "Consumption", "Done", kWrites},
            Consume),
      route({"GET", "/api/projects/{projectId}/approvals/auto-approve", Access::kViewer,
             "Tells whether approvals are granted without a person", "", "AutoApprove", kReads},
            GetAutoApprove),
      route({"PUT", "/api/projects/{projectId}/approvals/auto-approve", Access::kUser,
             "Switches whether approvals are granted without a person", "AutoApprove", "AutoApproveSet", kWrites},
            PutAutoApprove),
  };
}

}  // namespace specrelay
