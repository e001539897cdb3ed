#include "mcp_agent/approvals/approval_document.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/iso_time.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// Everything that a decision adds, and undoing it takes away.
constexpr const char* kDecisionKeys[] = {"response",  "annotations",  "respondedAt",  "comments",
                                         "decidedBy", "autoApproved", "reviewedHash", "consumedAt"};

}  // namespace

std::string ApprovalPath(absl::string_view category_name, absl::string_view id) {
  return absl::StrCat("approvals/", category_name, "/", id, ".json");
}

absl::StatusOr<ApprovalDocument> ApprovalDocument::Parse(absl::string_view path, absl::string_view bytes) {
  ApprovalDocument document;
  ASSIGN_OR_RETURN(document.json_, ParseJsonObject(path, bytes));
  RETURN_IF_ERROR(document.ReadJson(path));
  return document;
}

absl::StatusOr<ApprovalDocument> ApprovalDocument::Create(const v1::Approval& approval) {
  ApprovalDocument document;
  Json& json = document.json_;
  json = Json::object();
  json["id"] = approval.id();
  json["title"] = approval.title();
  json["filePath"] = approval.file_path();
  json["type"] = std::string(ApprovalTypeName(approval.type()));
  json["status"] = std::string(ApprovalStatusName(v1::APPROVAL_STATUS_PENDING));
  json["createdAt"] = ToIsoTime(FromProto(approval.created_at()));
  json["category"] = std::string(ApprovalCategoryName(approval.category()));
  json["categoryName"] = approval.category_name();
  const std::string path = ApprovalPath(approval.category_name(), approval.id());
  if (approval.has_metadata()) {
    const absl::StatusOr<std::string> metadata = specrelay::ToJson(approval.metadata());
    absl::StatusOr<Json> object = metadata.ok() ? ParseJsonObject(path, *metadata) : metadata.status();
    if (!object.ok()) {
      return absl::InvalidArgumentError("metadata is no JSON object, or one that is nested too deeply; simplify it");
    }
    json["metadata"] = *std::move(object);
  }
  RETURN_IF_ERROR(document.ReadJson(path));
  return document;
}

std::string ApprovalDocument::path() const { return ApprovalPath(approval_.category_name(), approval_.id()); }

absl::Status ApprovalDocument::ReadJson(absl::string_view path) {
  const absl::string_view id = absl::StripSuffix(BaseName(path), ".json");
  const absl::optional<std::string> stated_id = StringAt(json_, "id");
  if (!stated_id.has_value()) return DamagedFileError(path, "it has no id and so is no approval");
  if (*stated_id != id) return DamagedFileError(path, absl::StrCat("it is the approval ", Quoted(*stated_id)));
  const absl::optional<std::string> file_path = StringAt(json_, "filePath");
  if (!file_path.has_value()) return DamagedFileError(path, "it has no filePath");
  const v1::ApprovalStatus status = ApprovalStatusFromName(StringAt(json_, "status").value_or(""));
  if (status == v1::APPROVAL_STATUS_UNSPECIFIED) {
    return DamagedFileError(path, "its status is none of pending, approved, rejected and needs-revision");
  }
  const absl::optional<absl::Time> created_at = TimeAt(json_, "createdAt");
  if (!created_at.has_value()) return DamagedFileError(path, "its createdAt is no time");
  approval_.Clear();
  approval_.set_id(std::string(id));
  approval_.set_title(StringAt(json_, "title").value_or(""));
  approval_.set_file_path(*file_path);
  approval_.set_type(ApprovalTypeFromName(StringAt(json_, "type").value_or("")));
  approval_.set_status(status);
  *approval_.mutable_created_at() = specrelay::ToProto(*created_at);
  approval_.set_category(ApprovalCategoryFromName(StringAt(json_, "category").value_or("")));
  // The directory counts: it is where existing tools look.
  approval_.set_category_name(std::string(BaseName(ParentPath(path))));
  if (const auto metadata = json_.find("metadata"); metadata != json_.end() && metadata->is_object()) {
    // Metadata that a Struct cannot hold (a number beyond double) stays in the file, unseen.
    if (!FromJson(DumpJson(*metadata), *approval_.mutable_metadata()).ok()) approval_.clear_metadata();
  }
  ReadDecision();
  return absl::OkStatus();
}

void ApprovalDocument::ReadDecision() {
  if (auto response = StringAt(json_, "response")) approval_.set_response(*std::move(response));
  if (auto annotations = StringAt(json_, "annotations")) approval_.set_annotations(*std::move(annotations));
  if (const auto at = TimeAt(json_, "respondedAt")) *approval_.mutable_responded_at() = specrelay::ToProto(*at);
  *approval_.mutable_comments() = CommentsFromJson(ArrayAt(json_, "comments"));
  if (const auto by = json_.find("decidedBy"); by != json_.end() && by->is_object()) {
    *approval_.mutable_decided_by() = ActorFromJson(*by);
  }
  approval_.set_auto_approved(IsTrueAt(json_, "autoApproved"));
  ReadConsumption();
}

void ApprovalDocument::ReadConsumption() {
  approval_.clear_consumed_at();
  if (const auto at = TimeAt(json_, "consumedAt")) *approval_.mutable_consumed_at() = specrelay::ToProto(*at);
}

void ApprovalDocument::Decide(const ApprovalDecision& decision) {
  json_["status"] = std::string(ApprovalStatusName(decision.status));
  json_["response"] = decision.response;
  json_["annotations"] = decision.annotations;
  json_["respondedAt"] = ToIsoTime(decision.at);
  json_["comments"] = CommentsToJson(decision.comments);
  json_["decidedBy"] = ActorToJson(decision.by);
  for (const char* key : {"autoApproved", "reviewedHash", "consumedAt"}) json_.erase(key);
  if (decision.automatic) json_["autoApproved"] = true;
  if (!decision.reviewed_hash.empty()) json_["reviewedHash"] = decision.reviewed_hash;
  approval_.set_status(decision.status);
  ReadDecision();
}

void ApprovalDocument::Undo() {
  for (const char* key : kDecisionKeys) json_.erase(key);
  json_["status"] = std::string(ApprovalStatusName(v1::APPROVAL_STATUS_PENDING));
  approval_.set_status(v1::APPROVAL_STATUS_PENDING);
  approval_.clear_response();
  approval_.clear_annotations();
  approval_.clear_responded_at();
  approval_.clear_decided_by();
  ReadDecision();
}

void ApprovalDocument::Consume(absl::Time at) {
  json_["consumedAt"] = ToIsoTime(at);
  ReadConsumption();
}

std::string ApprovalDocument::ToJson() const { return DumpJson(json_); }

}  // namespace specrelay
