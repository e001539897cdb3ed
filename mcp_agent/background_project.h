// A project that is opened while its user is talked to already.
#ifndef SPECRELAY_MCP_AGENT_BACKGROUND_PROJECT_H_
#define SPECRELAY_MCP_AGENT_BACKGROUND_PROJECT_H_

#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/agent_config.h"
#include "mcp_agent/link/grpc_relay_stream.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/project_host.h"
#include "proto/support/clock.h"

namespace specrelay {

// Scanning a tree and starting gRPC take longer than a coding agent should wait for its first answer, so both happen on
// a thread of their own. Thread-safe. Shutdown: Stop(), then Wait(), then destruction, which waits without a limit.
class BackgroundProject {
 public:
  // `options` need their project; machine, ids and policy are filled in from `config`. A relay is reached for when
  // `relay` is OK.
  BackgroundProject(AgentConfig config, std::string machine_id, ProjectHostOptions options, absl::Status relay);
  ~BackgroundProject();
  BackgroundProject(const BackgroundProject&) = delete;
  BackgroundProject& operator=(const BackgroundProject&) = delete;

  // Begins to open it, once, and is forgiving about further calls.
  void Open() ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until it is open. The host lives as long as this. What stands in the way, when it cannot be opened;
  // UNAVAILABLE after Stop().
  absl::StatusOr<ProjectHost*> Host() ABSL_LOCKS_EXCLUDED(mu_);

  // Takes leave of the relay and ends jobs. Waits for the opening.
  void Stop(absl::string_view reason) ABSL_LOCKS_EXCLUDED(mu_);

  // True when that has been carried out; false when it lasts longer.
  bool Wait(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status OpenParts();
  bool IsOpenedLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return opened_; }

  const AgentConfig config_;
  const std::string machine_id_;
  const absl::Status relay_;
  const SystemClock clock_;
  ProjectHostOptions options_;

  // Made by the thread that opens, and constant afterwards.
  GrpcTimers timers_;
  std::unique_ptr<GrpcConnector> connector_;
  std::unique_ptr<MachineHost> machine_;
  std::unique_ptr<ProjectHost> host_;

  absl::Mutex mu_;
  bool begun_ ABSL_GUARDED_BY(mu_) = false;
  bool opened_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mu_);

  std::thread thread_;  // started by the first Open()
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_BACKGROUND_PROJECT_H_
