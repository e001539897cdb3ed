// The agent: serves projects of this machine to coding agents and to a relay.
#include <malloc.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mcp_agent/agent_config.h"
#include "mcp_agent/agent_flags.h"
#include "mcp_agent/api_key_file.h"
#include "mcp_agent/jobs/machine_zone.h"
#include "mcp_agent/link/grpc_relay_stream.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/machine_id.h"
#include "mcp_agent/mcp_mode.h"
#include "mcp_agent/project_host.h"
#include "mcp_agent/project_identity.h"
#include "mcp_agent/setup/subcommands.h"
#include "nlohmann/json.hpp"
#include "proto/support/clock.h"
#include "proto/support/digest.h"
#include "proto/support/flags.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Threads that allocate at once get an arena each, which costs memory that is never given back.
constexpr int kMaxArenas = 2;

using Projects = std::vector<std::unique_ptr<ProjectHost>>;

constexpr char kUsage[] =
    "Serves a project to its coding agent, as an MCP server on standard input and output, and to a SpecRelay server.\n"
    "  specrelay_agent [--project=DIR] [--relay=HOST:PORT --api_key_file=PATH]\n"
    "  specrelay_agent --headless --project=DIR --relay=HOST:PORT --api_key_file=PATH\n"
    "  specrelay_agent doctor [--project=DIR] [--relay=HOST:PORT] [--json]   says what is wrong and what to do\n"
    "  specrelay_agent init [--project=DIR] [--client=NAME] [--print]   makes the tree, tells the coding agent\n"
    "  specrelay_agent install --project=DIR --relay=HOST:PORT --api_key_file=PATH [--print]   systemd user unit";
constexpr char kSystemMachineId[] = "/etc/machine-id";
constexpr absl::Duration kLeaveTimeout = absl::Seconds(10);

absl::StatusOr<Projects> OpenProjects(const AgentConfig& config, const ProjectHostDependencies& dependencies) {
  std::string machine_id = config.machine_id;
  if (machine_id.empty()) {
    ASSIGN_OR_RETURN(machine_id, MachineId(kSystemMachineId, config.state_dir));
  }
  ProjectHostOptions options;
  options.machine = DescribeMachine(machine_id);
  options.instance_uid = RandomBase62(22);
  options.started_at = dependencies.clock.Now();
  options.transfers.max_bytes = config.max_transfer_bytes;
  options.policy.set_project_readable(config.allow_project_read);
  Projects projects;
  std::vector<std::string> paths;
  for (const std::string& directory : config.projects) {
    ASSIGN_OR_RETURN(const std::string path, ProjectPath(directory, config.share_main_tree));
    if (std::find(paths.begin(), paths.end(), path) != paths.end()) continue;
    paths.push_back(path);
    options.project = DescribeProject(machine_id, path, config.project_id);
    options.agent_id = AgentId(machine_id, path);
    ASSIGN_OR_RETURN(auto project, ProjectHost::Open(options, dependencies));
    projects.push_back(std::move(project));
  }
  return projects;
}

void PrintReady(const Projects& projects) {
  nlohmann::ordered_json line = {{"ready", true}, {"projects", nlohmann::ordered_json::array()}};
  for (const auto& project : projects) {
    line["projects"].push_back({{"projectId", project->project().project_id()}, {"path", project->project().path()}});
  }
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

// Signals that end the agent are taken by WaitForSignal alone; every thread started later inherits the mask.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  // A write over a file-size limit then fails with EFBIG, which a command can report.
  signal(SIGXFSZ, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

// Returns the signal's name. Further ones change nothing: terminals and supervisors often send two, and leaving is
// bounded anyway.
const char* WaitForSignal(const sigset_t& ending) {
  int signal_number = 0;
  sigwait(&ending, &signal_number);
  return signal_number == SIGINT ? "SIGINT" : "SIGTERM";
}

bool Leave(Projects& projects, MachineHost& machine, absl::string_view reason) {
  const absl::Time deadline = absl::Now() + kLeaveTimeout;
  for (const auto& project : projects) project->Stop(reason);
  machine.Stop();
  bool all_done = true;
  for (const auto& project : projects)
    all_done &= project->Wait(std::max(deadline - absl::Now(), absl::ZeroDuration()));
  return all_done;
}

absl::Status RunHeadless(const AgentConfig& config, const sigset_t& ending) {
  RETURN_IF_ERROR(CheckHeadlessConfig(config));
  SetLogLevel(*ParseLogLevel(config.log_level));
  RETURN_IF_ERROR(ReadApiKey(config.api_key_file).status());
  if (const std::string warning = ApiKeyFileWarning(config.api_key_file); !warning.empty()) {
    Log(LogLevel::kWarning, "key file", {{"reason", warning}});
  }
  GrpcConnectorOptions connection;
  connection.relay = *ParseRelayAddress(config.relay);
  connection.tls = config.tls || !config.tls_ca.empty();
  connection.tls_ca = config.tls_ca;
  const SystemClock clock;
  GrpcTimers timers;
  GrpcConnector connector(connection, timers);
  ASSIGN_OR_RETURN(const std::unique_ptr<MachineHost> machine,
                   MachineHost::Open({config.state_dir, MachineZone()}, clock, timers));
  ASSIGN_OR_RETURN(Projects projects,
                   OpenProjects(config, {*machine, clock, timers, connector,
                                         [path = config.api_key_file] { return ReadApiKey(path); }}));
  PrintReady(projects);
  machine->Start();
  for (const auto& project : projects) project->Connect();
  const char* reason = WaitForSignal(ending);
  if (Leave(projects, *machine, reason)) return absl::OkStatus();
  // A command that still runs is cut off where a crash would cut it: what it writes is whole or not there.
  Log(LogLevel::kWarning, "ended while commands ran", {{"reason", reason}});
  std::_Exit(EXIT_SUCCESS);
}

int Main(int argc, char** argv) {
  const sigset_t ending = BlockSignals();
  const std::vector<std::string> arguments = ParseFlags(kUsage, argc, argv);
  if (!arguments.empty()) {
    pthread_sigmask(SIG_UNBLOCK, &ending, nullptr);
    return RunSubcommand(arguments, ConfigFromFlags());
  }
  mallopt(M_ARENA_MAX, kMaxArenas);
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  const absl::Status status =
      HeadlessFromFlags() ? RunHeadless(ConfigFromFlags(), ending) : RunMcp(ConfigFromFlags(), ending);
  if (status.ok()) return EXIT_SUCCESS;
  std::fprintf(stderr, "specrelay_agent: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
