#include <map>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/variant.h"
#include "dashboard/api/job_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Jobs, which are a machine's: with one machine connected that is the one; with several, the caller chooses.

namespace specrelay {
namespace {

constexpr int kReadsOfAMachine[] = {404, 409, 503, 504};
constexpr absl::Duration kLongestRun = absl::Minutes(10);

struct Machine {
  std::string host_name;
  std::string project_id;  // one that it serves, to send commands to
  Json project_ids = Json::array();
};
using Machines = std::map<std::string, Machine>;  // by id

absl::StatusOr<Machines> ConnectedMachines(const ApiCall& call) {
  ASSIGN_OR_RETURN(const v1::ListProjectsResponse projects,
                   call.services().client.relay().ListProjects(call.caller().principal));
  Machines machines;
  for (const v1::ProjectStatus& project : projects.projects()) {
    if (!project.online()) continue;
    Machine& machine = machines[project.machine().machine_id()];
    machine.host_name = project.machine().host_name();
    if (machine.project_id.empty()) machine.project_id = project.project_id();
    machine.project_ids.push_back(project.project_id());
  }
  return machines;
}

HttpResponse AskWhich(const Machines& machines) {
  Json list = Json::array();
  std::string names;
  for (const auto& [id, machine] : machines) {
    list.push_back({{"machineId", id}, {"hostName", machine.host_name}, {"projectIds", machine.project_ids}});
    absl::StrAppend(&names, names.empty() ? "" : ", ", id, " (", machine.host_name, ")");
  }
  const std::string error =
      absl::StrCat("several machines are connected: ", names, "; choose one with ?machineId= or ?projectId=");
  return JsonAnswer({{"error", error}, {"machines", std::move(list)}}, 409);
}

// The project whose agent gets the command, or the answer that asks for a choice.
absl::StatusOr<absl::variant<std::string, HttpResponse>> Choose(const ApiCall& call) {
  using Choice = absl::variant<std::string, HttpResponse>;
  std::string project_id = call.Query("projectId");
  if (!project_id.empty()) return Choice(std::move(project_id));
  ASSIGN_OR_RETURN(const Machines machines, ConnectedMachines(call));
  const std::string machine_id = call.Query("machineId");
  if (!machine_id.empty()) {
    const auto chosen = machines.find(machine_id);
    if (chosen != machines.end()) return Choice(chosen->second.project_id);
    return absl::NotFoundError(
        absl::StrCat("no agent on the machine ", machine_id, " is connected; GET /api/projects/list tells what is"));
  }
  if (machines.empty()) {
    return absl::UnavailableError("no agent is connected; start it on the developer's machine");
  }
  if (machines.size() > 1) return Choice(AskWhich(machines));
  return Choice(machines.begin()->second.project_id);
}

// Sends `command` to the chosen machine and makes the answer from the result.
template <typename ToAnswer>
absl::StatusOr<HttpResponse> RunOnMachine(const ApiCall& call, v1::Command command, const ToAnswer& to_answer,
                                          absl::Duration timeout = kCommandTimeout) {
  ASSIGN_OR_RETURN(auto choice, Choose(call));
  if (absl::holds_alternative<HttpResponse>(choice)) return absl::get<HttpResponse>(std::move(choice));
  ASSIGN_OR_RETURN(const v1::CommandResult result,
                   call.RunIn(absl::get<std::string>(choice), std::move(command), timeout));
  return to_answer(result);
}

absl::StatusOr<HttpResponse> ListJobs(const ApiCall& call) {
  v1::Command command;
  command.mutable_job_list();
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult& result) { return JsonAnswer(JobListJson(result.job_list())); });
}

absl::StatusOr<HttpResponse> GetJob(const ApiCall& call) {
  v1::Command command;
  command.mutable_job_get()->set_id(call.Path("jobId"));
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult& result) { return JsonAnswer(JobJson(result.job_get().job())); });
}

absl::StatusOr<HttpResponse> CreateJob(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*command.mutable_job_create()->mutable_job(), JobFromBody(body));
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult&) { return SuccessAnswer("Job created successfully"); });
}

absl::StatusOr<HttpResponse> UpdateJob(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*command.mutable_job_update(), JobUpdateFromBody(body, call.Path("jobId")));
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult&) { return SuccessAnswer("Job updated successfully"); });
}

absl::StatusOr<HttpResponse> DeleteJob(const ApiCall& call) {
  v1::Command command;
  command.mutable_job_delete()->set_id(call.Path("jobId"));
  absl::StatusOr<HttpResponse> response = RunOnMachine(
      call, std::move(command), [](const v1::CommandResult&) { return SuccessAnswer("Job deleted successfully"); });
  if (response.ok()) return response;
  // The contract has 400 where another path would have 404.
  return IfAgentDoesNotFind(response.status(), absl::StatusCode::kInvalidArgument);
}

absl::StatusOr<HttpResponse> RunJob(const ApiCall& call) {
  ASSIGN_OR_RETURN(const WaitSlots::Slot slot, call.services().waits.Take());
  v1::Command command;
  command.mutable_job_run()->set_id(call.Path("jobId"));
  return RunOnMachine(
      call, std::move(command),
      [](const v1::CommandResult& result) { return JsonAnswer(JobRunJson(result.job_run().execution())); },
      kLongestRun);
}

absl::StatusOr<HttpResponse> CancelJob(const ApiCall& call) {
  v1::Command command;
  command.mutable_job_cancel()->set_id(call.Path("jobId"));
  return RunOnMachine(call, std::move(command), [](const v1::CommandResult& result) {
    return JsonAnswer({{"success", true}, {"cancelled", result.job_cancel().cancelled()}});
  });
}

absl::StatusOr<HttpResponse> GetJobHistory(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const int32_t limit, call.QueryCount("limit", 0));
  command.mutable_job_history()->set_id(call.Path("jobId"));
  command.mutable_job_history()->set_limit(limit);
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult& result) { return JsonAnswer(JobHistoryJson(result.job_history())); });
}

absl::StatusOr<HttpResponse> GetJobStats(const ApiCall& call) {
  v1::Command command;
  command.mutable_job_stats()->set_id(call.Path("jobId"));
  return RunOnMachine(call, std::move(command),
                      [](const v1::CommandResult& result) { return JsonAnswer(JobStatsJson(result.job_stats())); });
}

}  // namespace

std::vector<Route> JobRoutes(ApiServices& services) {
  const auto route = [&services](absl::string_view method, absl::string_view pattern, absl::string_view summary,
                                 absl::string_view request, absl::string_view response, ApiHandler handler) {
    const bool read = method == "GET";
    ApiRouteSpec spec = {method, pattern, read ? Access::kViewer : Access::kUser, summary, request, response};
    spec.statuses = read ? absl::MakeConstSpan(kReadsOfAMachine) : absl::MakeConstSpan(kWrites);
    spec.query = {{"machineId", "Machine whose jobs are meant; needed when several are connected"},
                  {"projectId", "Instead of `machineId`: a project on that machine"}};
    if (absl::EndsWith(pattern, "/history")) spec.query.push_back({"limit", "How many runs at most"});
    return ApiRoute(services, spec, handler);
  };
  return {
      route("GET", "/api/jobs", "Lists the jobs of a machine", "", "JobList", ListJobs),
      route("POST", "/api/jobs", "Creates a job", "NewJob", "Success", CreateJob),
      route("GET", "/api/jobs/{jobId}", "Describes a job", "", "Job", GetJob),
      route("PUT", "/api/jobs/{jobId}", "Changes a job; absent fields stay", "JobChanges", "Success", UpdateJob),
      route("DELETE", "/api/jobs/{jobId}", "Deletes a job", "", "Success", DeleteJob),
      route("POST", "/api/jobs/{jobId}/run", "Runs a job now and waits for its end, up to 10 min", "Nothing", "JobRun",
            RunJob),
      route("POST", "/api/jobs/{jobId}/cancel", "Stops the run of a job that is under way", "Nothing", "JobCancelled",
            CancelJob),
      route("GET", "/api/jobs/{jobId}/history", "Lists the runs of a job, newest first", "", "JobHistory",
            GetJobHistory),
      route("GET", "/api/jobs/{jobId}/stats", "Sums up the runs of a job", "", "JobStats", GetJobStats),
  };
}

}  // namespace specrelay
