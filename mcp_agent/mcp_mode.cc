#include "mcp_agent/mcp_mode.h"

#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mcp_agent/background_project.h"
#include "mcp_agent/ending_signals.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/machine_id.h"
#include "mcp_agent/mcp/completion_feature.h"
#include "mcp_agent/mcp/json_rpc.h"
#include "mcp_agent/mcp/line_reader.h"
#include "mcp_agent/mcp/line_writer.h"
#include "mcp_agent/mcp/mcp_server.h"
#include "mcp_agent/mcp/project_port.h"
#include "mcp_agent/mcp/prompt_feature.h"
#include "mcp_agent/mcp/resource_feature.h"
#include "mcp_agent/mcp/stdio.h"
#include "mcp_agent/mcp/tool_feature.h"
#include "mcp_agent/mcp/tools/make_tools.h"
#include "mcp_agent/project_identity.h"
#include "nlohmann/json.hpp"
#include "proto/support/clock.h"
#include "proto/support/dashboard_url.h"
#include "proto/support/digest.h"
#include "proto/support/library_log.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

constexpr char kSystemMachineId[] = "/etc/machine-id";
constexpr absl::Duration kLeaveTimeout = absl::Seconds(10);
constexpr absl::Duration kFlushTimeout = absl::Seconds(2);
constexpr size_t kCallPrefixLength = 16;
constexpr int kMaxCallThreads = 8;

constexpr char kInstructions[] =
    "Spec-driven development: requirements, design and tasks are written as documents of .spec-context/specs, and "
    "people approve each of them before the next one is begun. Call spec-workflow-guide before working on a spec, "
    "spec-status to see where one stands, and wait for a person's approval with wait-for-approval; never take a "
    "decision for them.";

struct Identity {
  std::string machine_id;
  v1::Project project;
};

// The project, as far as it can be told without opening it: a directory that is not there yet keeps the name it was
// given, and every use of it says what is wrong.
Identity Identify(const AgentConfig& config) {
  Identity identity;
  const std::string directory = McpProjectDirectory(config);
  identity.machine_id = config.machine_id;
  if (identity.machine_id.empty()) {
    identity.machine_id = MachineId(kSystemMachineId, config.state_dir).value_or("");
  }
  const std::string path = ProjectPath(directory, config.share_main_tree).value_or(directory);
  identity.project = DescribeProject(identity.machine_id, path, config.project_id);
  return identity;
}

// One session with a coding agent, put together.
class McpSession {
 public:
  McpSession(const AgentConfig& config, ProtocolStreams streams, const sigset_t& ending)
      : relay_(CheckRelay(config)),
        relay_name_(config.relay),
        identity_(Identify(config)),
        reader_(std::move(streams.input), kMaxRpcLineBytes),
        writer_(std::move(streams.output), [this] { reader_.Stop(); }),
        signals_(ending,
                 [this] {
                   reader_.Stop();
                   writer_.StopWaiting();
                 }),
        port_(identity_.project, [this] { return project_.Host(); }),
        tools_(MakeTools(port_)),
        resources_(port_, [this](absl::string_view method,
                                 nlohmann::ordered_json params) { server_.Notify(method, std::move(params)); }),
        completions_(port_),
        server_(ServerOptions(), {writer_, workers_, clock_, {&tools_, &prompts_, &resources_, &completions_}}),
        url_is_given_(!config.dashboard_url.empty()),
        project_(config, identity_.machine_id, HostOptions(), relay_) {
    port_.SetDashboardUrl(ParseDashboardUrl(config.dashboard_url).value_or(""));
    if (!relay_.ok() && !config.relay.empty()) SayRelay(ClientLogLevel::kWarning, relay_.message());
  }

  // Answers until there is nobody to answer.
  void Serve() {
    std::string line;
    while (true) {
      writer_.WaitForRoom();
      switch (reader_.Next(line)) {
        case LineReader::Result::kLine:
          server_.OnLine(line);
          break;
        case LineReader::Result::kTooLong:
          server_.OnTooLongLine();
          break;
        case LineReader::Result::kEnd:
          return;
      }
    }
  }

  // Ends waits, lets what else is under way end and be answered, takes leave of the relay. False when that lasts too
  // long.
  bool Leave() {
    const absl::Time deadline = clock_.Now() + kLeaveTimeout;
    server_.EndWaits();
    const bool answered = server_.WaitIdle(deadline - clock_.Now());
    project_.Stop("the coding agent has left");
    const bool flushed = writer_.Close(kFlushTimeout);
    return answered && flushed && project_.Wait(deadline - clock_.Now());
  }

 private:
  static absl::Status CheckRelay(const AgentConfig& config) {
    return config.relay.empty() ? absl::NotFoundError("no relay is configured") : CheckRelayConfig(config);
  }

  ProjectHostOptions HostOptions() {
    ProjectHostOptions options;
    options.project = identity_.project;
    options.on_changes = [this](const TreeChanges& changes) { resources_.OnChanges(changes); };
    options.on_link_state = [this](LinkState state, absl::string_view reason) { OnLinkState(state, reason); };
    options.on_welcome = [this](const v1::Welcome& welcome) { OnWelcome(welcome); };
    return options;
  }

  McpServerOptions ServerOptions() {
    McpServerOptions options;
    options.name = "specrelay";
    options.title = "SpecRelay";
    options.description = "Specs, approvals and tasks of this project, shared with people at a dashboard.";
    options.version = kVersion;
    options.instructions = kInstructions;
    options.call_prefix = absl::StrCat("mcp-", RandomBase62(kCallPrefixLength));
    options.on_initialize = [this](absl::string_view client) {
      port_.SetClient(client);
      if (const std::string remark = port_.RelayRemark(); !remark.empty()) {
        server_.Say(ClientLogLevel::kWarning, "relay", remark);
      }
      project_.Open();
    };
    return options;
  }

  void OnLinkState(LinkState state, absl::string_view reason) {
    if (state == LinkState::kConnected) {
      port_.SetRelayRemark("");
      server_.Say(ClientLogLevel::kInfo, "relay", absl::StrCat("connected to the relay ", relay_name_));
    } else if (state == LinkState::kDisconnected) {
      SayRelay(ClientLogLevel::kWarning, reason);
    }
  }

  void SayRelay(ClientLogLevel level, absl::string_view reason) {
    const std::string remark = absl::StrCat("not connected to the relay ", relay_name_, ": ", reason,
                                            "; everything works on this machine, but people at the dashboard do not "
                                            "see it meanwhile");
    port_.SetRelayRemark(remark);
    server_.Say(level, "relay", remark);
  }

  void OnWelcome(const v1::Welcome& welcome) {
    if (url_is_given_) return;
    const absl::StatusOr<std::string> url = ParseDashboardUrl(welcome.dashboard_url());
    if (url.ok()) port_.SetDashboardUrl(*url);
  }

  const SystemClock clock_;
  const absl::Status relay_;  // whether it can be reached for
  const std::string relay_name_;
  const Identity identity_;
  LineReader reader_;
  LineWriter writer_;
  EndingSignals signals_;
  ProjectPort port_;
  ToolFeature tools_;
  PromptFeature prompts_;
  ResourceFeature resources_;
  CompletionFeature completions_;
  McpServer server_;
  const bool url_is_given_;
  WorkerPool workers_{WorkerPoolOptions{kMaxCallThreads, /*max_queued=*/64, /*max_queued_bytes=*/32 << 20}};
  BackgroundProject project_;  // its watcher and its link tell the server, so that it goes first
};

}  // namespace

absl::Status RunMcp(const AgentConfig& config, const sigset_t& ending) {
  RETURN_IF_ERROR(CheckMcpConfig(config));
  SetLogLevel(*ParseLogLevel(config.log_level));
  ASSIGN_OR_RETURN(ProtocolStreams streams, TakeStandardStreams());
  RouteLibraryLogs();
  auto session = std::make_unique<McpSession>(config, std::move(streams), ending);
  session->Serve();
  if (!session->Leave()) {
    // What still runs is cut off where a crash would cut it: what it writes is whole or not there.
    Log(LogLevel::kWarning, "ended while calls ran");
    std::_Exit(EXIT_SUCCESS);
  }
  return absl::OkStatus();
}

}  // namespace specrelay
