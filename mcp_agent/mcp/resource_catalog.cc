#include "mcp_agent/mcp/resource_catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Kind = ResourceUri::Kind;
using Summaries = google::protobuf::RepeatedPtrField<v1::SpecSummary>;

void AddSpecs(const Summaries& specs, Kind kind, std::vector<ResourceInfo>& resources) {
  const absl::string_view of = kind == Kind::kSpec ? "spec" : "archived spec";
  for (const v1::SpecSummary& spec : specs) {
    const v1::DocumentInfo* documents[] = {&spec.requirements(), &spec.design(), &spec.tasks()};
    for (size_t i = 0; i < SpecDocumentNames().size(); ++i) {
      if (!documents[i]->exists()) continue;
      const std::string& document = SpecDocumentNames()[i];
      resources.push_back({{kind, spec.name(), document},
                           absl::StrCat(spec.name(), "/", document),
                           absl::StrCat(spec.display_name(), ": ", document),
                           absl::StrCat("The ", document, " of the ", of, " ", spec.name())});
    }
  }
}

void AddSteering(const v1::SteeringStatus& status, std::vector<ResourceInfo>& resources) {
  const bool exist[] = {status.product(), status.tech(), status.structure(), status.principles()};
  for (size_t i = 0; i < SteeringResourceNames().size(); ++i) {
    if (!exist[i]) continue;
    const std::string& document = SteeringResourceNames()[i];
    resources.push_back({{Kind::kSteering, "", document},
                         absl::StrCat("steering/", document),
                         absl::StrCat("Steering: ", document),
                         absl::StrCat("The steering document ", document, ", which guides all specs of the project")});
  }
}

void AddApprovals(const v1::ApprovalListResponse& approvals, std::vector<ResourceInfo>& resources) {
  for (const v1::Approval& approval : approvals.approvals()) {
    resources.push_back({{Kind::kApproval, approval.id(), ""},
                         absl::StrCat("approvals/", approval.id()),
                         approval.title(),
                         absl::StrCat("The approval request for ", approval.file_path(), ", with its decision"),
                         kJsonType});
  }
}

v1::SteeringDocument SteeringDocumentOf(const std::string& name) {
  const auto& names = SteeringResourceNames();
  const auto index = std::find(names.begin(), names.end(), name) - names.begin();
  return static_cast<v1::SteeringDocument>(v1::STEERING_DOCUMENT_PRODUCT + index);
}

absl::Status NotThere(const ResourceUri& uri) {
  return absl::NotFoundError(
      absl::StrCat(ToString(uri), " does not exist (yet); resources/list has those that there are"));
}

template <typename Response>
const v1::DocumentContent* DocumentOf(const Response& response, const std::string& document) {
  if (document == "requirements") return response.has_requirements() ? &response.requirements() : nullptr;
  if (document == "design") return response.has_design() ? &response.design() : nullptr;
  return response.has_tasks() ? &response.tasks() : nullptr;
}

}  // namespace

absl::StatusOr<v1::CommandResult> ResourceCatalog::Run(absl::string_view call_id, absl::string_view step,
                                                       v1::Command command) const {
  return port_.ExecuteNow(absl::StrCat(call_id, "-", step), std::move(command));
}

absl::StatusOr<std::vector<ResourceInfo>> ResourceCatalog::List(absl::string_view call_id) const {
  std::vector<ResourceInfo> resources;
  v1::Command command;
  command.mutable_spec_list();
  ASSIGN_OR_RETURN(const v1::CommandResult specs, Run(call_id, "specs", command));
  AddSpecs(specs.spec_list().specs(), Kind::kSpec, resources);
  command.mutable_spec_archived_list();
  ASSIGN_OR_RETURN(const v1::CommandResult archived, Run(call_id, "archived", command));
  AddSpecs(archived.spec_archived_list().specs(), Kind::kArchivedSpec, resources);
  command.mutable_steering_status();
  ASSIGN_OR_RETURN(const v1::CommandResult steering, Run(call_id, "steering", command));
  AddSteering(steering.steering_status().status(), resources);
  command.mutable_approval_list()->set_include_decided(true);
  ASSIGN_OR_RETURN(const v1::CommandResult approvals, Run(call_id, "approvals", command));
  AddApprovals(approvals.approval_list(), resources);
  return resources;
}

absl::StatusOr<ResourceText> ResourceCatalog::Read(const ResourceUri& uri, absl::string_view call_id) const {
  absl::StatusOr<ResourceText> text = uri.kind == Kind::kApproval   ? ReadApproval(uri, call_id)
                                      : uri.kind == Kind::kSteering ? ReadSteering(uri, call_id)
                                                                    : ReadSpec(uri, call_id);
  if (text.ok() && text->text.size() > kMaxTextBytes) {
    return absl::ResourceExhaustedError(absl::StrCat(ToString(uri), " has ", text->text.size(),
                                                     " bytes, which is more than a message should hold; read parts of "
                                                     "the file below ",
                                                     port_.project().path(), "/.spec-context instead"));
  }
  return text;
}

absl::StatusOr<ResourceText> ResourceCatalog::ReadSpec(const ResourceUri& uri, absl::string_view call_id) const {
  v1::Command command;
  const bool archived = uri.kind == Kind::kArchivedSpec;
  if (archived) {
    command.mutable_spec_archived_read()->set_name(uri.name);
  } else {
    command.mutable_spec_read()->set_name(uri.name);
  }
  ASSIGN_OR_RETURN(const v1::CommandResult result, Run(call_id, "read", std::move(command)));
  const v1::DocumentContent* document =
      archived ? DocumentOf(result.spec_archived_read(), uri.document) : DocumentOf(result.spec_read(), uri.document);
  if (document == nullptr) return NotThere(uri);
  return ResourceText{kMarkdownType, document->content()};
}

absl::StatusOr<ResourceText> ResourceCatalog::ReadSteering(const ResourceUri& uri, absl::string_view call_id) const {
  v1::Command command;
  command.mutable_steering_read()->set_document(SteeringDocumentOf(uri.document));
  ASSIGN_OR_RETURN(const v1::CommandResult result, Run(call_id, "read", std::move(command)));
  if (!result.steering_read().has_document()) return NotThere(uri);
  return ResourceText{kMarkdownType, result.steering_read().document().content()};
}

absl::StatusOr<ResourceText> ResourceCatalog::ReadApproval(const ResourceUri& uri, absl::string_view call_id) const {
  v1::Command command;
  command.mutable_approval_get()->set_id(uri.name);
  ASSIGN_OR_RETURN(const v1::CommandResult result, Run(call_id, "read", std::move(command)));
  ASSIGN_OR_RETURN(std::string json, ToJson(result.approval_get().approval(), JsonStyle::kIndented));
  return ResourceText{kJsonType, std::move(json)};
}

}  // namespace specrelay
