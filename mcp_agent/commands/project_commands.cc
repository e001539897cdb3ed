#include "mcp_agent/commands/project_commands.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

namespace specrelay {

absl::StatusOr<v1::ProjectInfoResponse> ProjectCommands::Info(const v1::ProjectInfoRequest& request) const {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> tree, StatIfExists(environment_.tree, ""));
  ASSIGN_OR_RETURN(v1::SteeringStatusResponse steering, steering_.Status(v1::SteeringStatusRequest()));
  ASSIGN_OR_RETURN(const std::vector<std::string> active, ListSpecNames(environment_.tree, SpecShelf::kActive));
  ASSIGN_OR_RETURN(const std::vector<std::string> archived, ListSpecNames(environment_.tree, SpecShelf::kArchived));
  ASSIGN_OR_RETURN(const v1::AutoApproveGetResponse auto_approve, auto_approve_.Get(v1::AutoApproveGetRequest()));
  v1::ProjectInfoResponse response;
  response.set_auto_approve(auto_approve.enabled());
  *response.mutable_project() = environment_.project;
  *response.mutable_machine() = environment_.machine;
  response.set_agent_version(kVersion);
  *response.mutable_steering() = std::move(*steering.mutable_status());
  response.set_tree_exists(tree.has_value());
  response.set_spec_count(static_cast<int32_t>(active.size()));
  response.set_archived_spec_count(static_cast<int32_t>(archived.size()));
  *response.mutable_policy() = policy_.in_force();
  return response;
}

}  // namespace specrelay
