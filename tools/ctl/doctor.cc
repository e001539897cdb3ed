#include "tools/ctl/doctor.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "relay/principal.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {
namespace {

struct Check {
  std::string name;
  absl::Status status;
  std::string message;  // what was found, or what was wrong and what to do
};

// What the relay answers to the one call that doctor makes.
struct Answer {
  absl::Status status;
  std::string role;  // empty: not told
  v1::ListProjectsResponse projects;
};

Answer AskForProjects(RelayClient& client, absl::Duration timeout) {
  Answer answer;
  const auto call = client.NewContext(timeout);
  answer.status = FromGrpcStatus(client.stub().ListProjects(call.get(), v1::ListProjectsRequest(), &answer.projects));
  const auto& metadata = call->GetServerInitialMetadata();
  const auto role = metadata.find(kRoleMetadataKey);
  if (role != metadata.end()) answer.role = std::string(role->second.data(), role->second.size());
  return answer;
}

class Report {
 public:
  void Add(const std::string& name, const absl::Status& status, const std::string& message_when_ok) {
    checks_.push_back({name, status, status.ok() ? message_when_ok : std::string(status.message())});
    if (first_failure_.ok()) first_failure_ = status;
  }

  absl::Status Print(const CtlContext& context) const {
    RETURN_IF_ERROR(context.options.json_output ? PrintJson(context.out) : PrintText(context.out));
    return first_failure_;
  }

 private:
  absl::Status PrintText(std::ostream& out) const {
    for (const Check& check : checks_) {
      RETURN_IF_ERROR(
          PrintLine(out, absl::StrCat(check.status.ok() ? "ok    " : "FAIL  ", check.name, ": ", check.message)));
    }
    return absl::OkStatus();
  }

  absl::Status PrintJson(std::ostream& out) const {
    nlohmann::ordered_json json;
    json["ok"] = first_failure_.ok();
    json["checks"] = nlohmann::ordered_json::array();
    for (const Check& check : checks_) {
      json["checks"].push_back({{"name", check.name}, {"ok", check.status.ok()}, {"message", check.message}});
    }
    return PrintLine(out, json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

  std::vector<Check> checks_;
  absl::Status first_failure_;
};

// A key that may not list anything is still a known key.
absl::Status KeyStatus(const Answer& answer) {
  return absl::IsPermissionDenied(answer.status) ? absl::OkStatus() : answer.status;
}

std::string RoleMessage(const std::string& role) {
  if (role.empty()) return "may at least read; this relay does not tell the role";
  if (role == RoleName(Role::kViewer)) return "viewer: may read and watch; writing needs a key of the role user";
  return absl::StrCat(role, ": may read, watch and write");
}

std::string ProjectsMessage(const v1::ListProjectsResponse& response) {
  int online = 0;
  for (const v1::ProjectStatus& project : response.projects()) online += project.online() ? 1 : 0;
  return absl::StrCat(response.projects_size(), " known, ", online, " with a connected agent");
}

absl::Status ProjectsStatus(const v1::ListProjectsResponse& response, const std::string& wanted) {
  for (const v1::ProjectStatus& project : response.projects()) {
    if (!wanted.empty() && project.project_id() != wanted) continue;
    if (project.online()) return absl::OkStatus();
    if (!wanted.empty()) {
      return absl::UnavailableError(absl::StrCat("project ", wanted,
                                                 " has no connected agent; start specrelay_agent on ",
                                                 project.machine().host_name(), " for ", project.path()));
    }
  }
  if (!wanted.empty()) {
    return absl::NotFoundError(absl::StrCat("the key sees no project ", wanted,
                                            "; check --project, and that agent and key belong to the same account"));
  }
  return absl::NotFoundError(
      "no project has a connected agent; start specrelay_agent --project=DIR --relay=HOST:PORT with an agent key of "
      "the "
      "same account");
}

void RunChecks(const CtlContext& context, Report& report) {
  absl::StatusOr<std::unique_ptr<RelayClient>> client = RelayClient::Create(context.options);
  report.Add("settings", client.status(), absl::StrCat("relay ", context.options.relay, ", a well-formed key"));
  if (!client.ok()) return;
  const absl::Status connected = (*client)->Connect();
  report.Add("connection", connected, absl::StrCat("a server answers at ", (*client)->address().ToString()));
  if (!connected.ok()) return;
  const Answer answer = AskForProjects(**client, context.options.timeout);
  report.Add("key", KeyStatus(answer), "the relay accepts it");
  if (!KeyStatus(answer).ok()) return;
  report.Add("role", answer.status, RoleMessage(answer.role));
  if (!answer.status.ok()) return;
  report.Add("projects", ProjectsStatus(answer.projects, context.options.project), ProjectsMessage(answer.projects));
}

}  // namespace

absl::Status RunDoctor(const CtlContext& context, const std::vector<std::string>& args) {
  if (!args.empty()) return UsageError("doctor takes no arguments");
  Report report;
  RunChecks(context, report);
  return report.Print(context);
}

}  // namespace specrelay
