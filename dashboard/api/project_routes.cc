#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dashboard/api/project_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

// Projects, the agents that serve them, and what the website wants to know of this server.

namespace specrelay {
namespace {

absl::StatusOr<v1::ListProjectsResponse> Projects(const ApiCall& call) {
  return call.services().client.relay().ListProjects(call.caller().principal);
}

absl::StatusOr<HttpResponse> ListProjects(const ApiCall& call) {
  ASSIGN_OR_RETURN(const v1::ListProjectsResponse projects, Projects(call));
  return JsonAnswer(ProjectListJson(projects));
}

// This server keeps no list to add to: projects come with their agents. So adding one is asking whether it is here.
absl::StatusOr<HttpResponse> AddProject(const ApiCall& call) {
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(std::string path, body.Text("projectPath"));
  if (path.empty() || path.front() != '/') {
    return absl::InvalidArgumentError("projectPath must be an absolute path, as it is on the machine of the agent");
  }
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  ASSIGN_OR_RETURN(const v1::ListProjectsResponse projects, Projects(call));
  for (const v1::ProjectStatus& project : projects.projects()) {
    if (project.online() && project.path() == path) {
      return JsonAnswer({{"projectId", project.project_id()}, {"success", true}});
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat("no connected agent serves ", path, "; start one on its machine: specrelay_agent --project=", path,
                   " --relay=HOST:PORT --api_key_file=PATH, with the address of this server's gRPC port and an agent "
                   "key of this account"));
}

absl::StatusOr<HttpResponse> ForgetProject(const ApiCall& call) {
  RETURN_IF_ERROR(call.services().client.relay().ForgetProject(call.caller().principal, call.project_id()));
  return JsonAnswer({{"success", true}});
}

absl::StatusOr<HttpResponse> GetInfo(const ApiCall& call) {
  v1::Command command;
  command.mutable_project_info();
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  return JsonAnswer(ProjectInfoJson(result.project_info()));
}

absl::StatusOr<HttpResponse> ListAgents(const ApiCall& call) {
  v1::ListAgentsRequest request;
  request.set_project_id(call.Query("projectId"));
  ASSIGN_OR_RETURN(const v1::ListAgentsResponse agents,
                   call.services().client.relay().ListAgents(call.caller().principal, request));
  return JsonAnswer(AgentListJson(agents));
}

absl::StatusOr<HttpResponse> GetSettings(const ApiCall& call) {
  const Principal& principal = call.caller().principal;
  return JsonAnswer({{"version", kVersion},
                     {"protocolVersion", kProtocolVersion},
                     {"account", principal.account},
                     {"role", std::string(RoleName(principal.role))},
                     {"maxWaitMs", 30 * 60 * 1000},
                     {"undoWindowMs", 30 * 1000},
                     {"maxBatchIds", 100}});
}

}  // namespace

std::vector<Route> ProjectRoutes(ApiServices& services) {
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  return {
      route({"GET", "/api/projects/list", Access::kViewer, "Lists the projects of the account", "", "ProjectList"},
            ListProjects),
      route({"POST", "/api/projects/add", Access::kUser,
             "Finds the project at a path; 409 says how to connect an agent when none serves it", "ProjectPath",
             "ProjectAdded", kConflict},
            AddProject),
      route({"DELETE", "/api/projects/{projectId}", Access::kUser, "Forgets a project until its agent registers again",
             "", "Done", kNotFound},
            ForgetProject),
      route(
          {"GET", "/api/projects/{projectId}/info", Access::kViewer, "Describes a project", "", "ProjectInfo", kReads},
          GetInfo),
      route({"GET",
             "/api/agents",
             Access::kAdmin,
             "Lists the connected agents of the account",
             "",
             "AgentList",
             {},
             {{"projectId", "Agents of this project alone"}}},
            ListAgents),
      route({"GET", "/api/settings/runtime", Access::kViewer, "Tells the version and the limits of this server", "",
             "RuntimeSettings"},
            GetSettings),
  };
}

}  // namespace specrelay
