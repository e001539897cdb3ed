#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "dashboard/api/diff_json.h"
#include "dashboard/api/routes.h"
#include "dashboard/api/snapshot_json.h"
#include "proto/support/status_macros.h"

// What a reviewer reads: the document, its snapshots, and what changed between them.

namespace specrelay {
namespace {

absl::StatusOr<HttpResponse> GetContent(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_content()->set_id(call.Path("approvalId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  const v1::ApprovalContentResponse& content = result.approval_content();
  return call.Tagged({{"content", content.content()}, {"filePath", content.file_path()}}, content.hash());
}

absl::StatusOr<HttpResponse> ListSnapshots(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_snapshots()->set_id(call.Path("approvalId"));
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(SnapshotListJson(result.approval_snapshots()));
}

absl::StatusOr<int32_t> VersionOf(absl::string_view text) {
  int32_t version = 0;
  if (absl::SimpleAtoi(text, &version) && version > 0) return version;
  return absl::InvalidArgumentError("the number of a snapshot must be a whole number from 1");
}

absl::StatusOr<HttpResponse> GetSnapshot(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const int32_t version, VersionOf(call.Path("version")));
  command.mutable_approval_snapshot_get()->set_id(call.Path("approvalId"));
  command.mutable_approval_snapshot_get()->set_version(version);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(SnapshotJson(result.approval_snapshot_get().snapshot()));
}

absl::StatusOr<HttpResponse> TakeSnapshot(const ApiCall& call) {
  v1::Command command;
  command.mutable_approval_snapshot()->set_id(call.Path("approvalId"));
  RETURN_IF_ERROR(call.Run(std::move(command)).status());
  return SuccessAnswer("Snapshot captured successfully");
}

absl::StatusOr<HttpResponse> GetDiff(const ApiCall& call) {
  v1::Command command;
  v1::ApprovalDiffRequest& diff = *command.mutable_approval_diff();
  diff.set_id(call.Path("approvalId"));
  const std::string from = call.Query("from");
  const std::string to = call.Query("to");
  ASSIGN_OR_RETURN(const int32_t from_version, VersionOf(from.empty() ? "1" : from));
  diff.set_from_version(from_version);
  if (!to.empty() && to != "current") {
    ASSIGN_OR_RETURN(const int32_t to_version, VersionOf(to));
    diff.set_to_version(to_version);
  }
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(DiffJson(result.approval_diff()));
}

}  // namespace

std::vector<Route> ApprovalReviewRoutes(ApiServices& services) {
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  return {
      route({"GET", "/api/projects/{projectId}/approvals/{approvalId}/content", Access::kViewer,
             "Reads the document to approve; its ETag, given as If-Match, ties a decision to what was read", "",
             "ApprovalContent", kTaggedReads},
            GetContent),
      route({"GET", "/api/projects/{projectId}/approvals/{approvalId}/snapshots", Access::kViewer,
             "Lists the snapshots of the document", "", "SnapshotList", kReads},
            ListSnapshots),
      route({"GET", "/api/projects/{projectId}/approvals/{approvalId}/snapshots/{version}", Access::kViewer,
             "Reads a snapshot", "", "Snapshot", kReads},
            GetSnapshot),
      route({"POST", "/api/projects/{projectId}/approvals/{approvalId}/snapshot", Access::kUser,
             "Takes a snapshot of the document", "Nothing", "Success", kWrites},
            TakeSnapshot),
      route({"GET",
             "/api/projects/{projectId}/approvals/{approvalId}/diff",
             Access::kViewer,
             "Compares a snapshot with a later one, or with the current document",
             "",
             "Diff",
             kReads,
             {{"from", "Number of the older snapshot, 1 when absent"},
              {"to", "Number of the newer snapshot, or `current` for the document as it is, which it is when absent"}}},
            GetDiff),
  };
}

}  // namespace specrelay
