#include "mcp_agent/background_project.h"

#include <utility>

#include "mcp_agent/api_key_file.h"
#include "mcp_agent/jobs/machine_zone.h"
#include "mcp_agent/machine_id.h"
#include "mcp_agent/project_identity.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kSystemMachineId[] = "/etc/machine-id";
constexpr size_t kInstanceUidLength = 22;

GrpcConnectorOptions ConnectorOptions(const AgentConfig& config, const absl::Status& relay) {
  GrpcConnectorOptions options;
  if (relay.ok()) options.relay = *ParseRelayAddress(config.relay);
  options.tls = config.tls || !config.tls_ca.empty();
  options.tls_ca = config.tls_ca;
  return options;
}

}  // namespace

BackgroundProject::BackgroundProject(AgentConfig config, std::string machine_id, ProjectHostOptions options,
                                     absl::Status relay)
    : config_(std::move(config)),
      machine_id_(std::move(machine_id)),
      relay_(std::move(relay)),
      options_(std::move(options)) {}

BackgroundProject::~BackgroundProject() {
  if (thread_.joinable()) thread_.join();
}

void BackgroundProject::Open() {
  absl::MutexLock lock(&mu_);
  if (std::exchange(begun_, true)) return;
  thread_ = std::thread([this] { Run(); });
}

void BackgroundProject::Run() {
  const absl::Status status = OpenParts();
  if (!status.ok()) {
    Log(LogLevel::kError, "project not opened",
        {{"project", options_.project.path()}, {"reason", std::string(status.message())}});
  }
  absl::MutexLock lock(&mu_);
  opened_ = true;
  failure_ = status;
}

absl::Status BackgroundProject::OpenParts() {
  // Both again for their errors: whoever found them out at the start went on without.
  ASSIGN_OR_RETURN(const std::string path, ProjectPath(McpProjectDirectory(config_), config_.share_main_tree));
  if (path != options_.project.path()) {
    return absl::FailedPreconditionError(
        "the project's directory was not there when this MCP server started; start it anew");
  }
  if (machine_id_.empty()) RETURN_IF_ERROR(MachineId(kSystemMachineId, config_.state_dir).status());
  options_.agent_id = AgentId(machine_id_, path);
  options_.machine = DescribeMachine(machine_id_);
  options_.instance_uid = RandomBase62(kInstanceUidLength);
  options_.started_at = clock_.Now();
  options_.transfers.max_bytes = config_.max_transfer_bytes;
  options_.policy.set_project_readable(config_.allow_project_read);
  connector_ = std::make_unique<GrpcConnector>(ConnectorOptions(config_, relay_), timers_);
  ASSIGN_OR_RETURN(machine_, MachineHost::Open({config_.state_dir, MachineZone()}, clock_, timers_));
  ASSIGN_OR_RETURN(host_,
                   ProjectHost::Open(options_, {*machine_, clock_, timers_, *connector_,
                                                [key_file = config_.api_key_file] { return ReadApiKey(key_file); }}));
  machine_->Start();
  if (relay_.ok()) host_->Connect();
  return absl::OkStatus();
}

absl::StatusOr<ProjectHost*> BackgroundProject::Host() {
  Open();
  absl::MutexLock lock(&mu_);
  mu_.Await(absl::Condition(this, &BackgroundProject::IsOpenedLocked));
  RETURN_IF_ERROR(failure_);
  if (stopping_) return absl::UnavailableError("the agent is leaving; nothing was done");
  return host_.get();
}

void BackgroundProject::Stop(absl::string_view reason) {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
    if (!std::exchange(begun_, true)) {
      opened_ = true;
      failure_ = absl::UnavailableError("the agent is leaving; nothing was done");
    }
    mu_.Await(absl::Condition(this, &BackgroundProject::IsOpenedLocked));
  }
  if (host_ != nullptr) host_->Stop(reason);
  if (machine_ != nullptr) machine_->Stop();
}

bool BackgroundProject::Wait(absl::Duration timeout) { return host_ == nullptr || host_->Wait(timeout); }

}  // namespace specrelay
