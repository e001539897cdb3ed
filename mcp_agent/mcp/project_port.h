// The project as the coding agent beside it reaches it.
#ifndef SPECRELAY_MCP_AGENT_MCP_PROJECT_PORT_H_
#define SPECRELAY_MCP_AGENT_MCP_PROJECT_PORT_H_

#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/project_host.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Executes commands on a project host that may still be opening. The coding agent acts under no account, since no relay
// vouches for it; records name its program instead. Thread-safe.
class ProjectPort final : public CommandPort {
 public:
  // The host, which outlives this, as soon as it is open; else why it cannot be opened. May block; thread-safe.
  using Host = std::function<absl::StatusOr<ProjectHost*>()>;

  ProjectPort(v1::Project project, Host host) : project_(std::move(project)), host_(std::move(host)) {}

  void Execute(const std::string& request_id, v1::Command command, absl::Duration timeout, Receiver receive) override;
  void Cancel(const std::string& request_id) override;
  const v1::Project& project() const override { return project_; }
  std::string DashboardLink(absl::string_view page) const override ABSL_LOCKS_EXCLUDED(mu_);
  std::string RelayRemark() const override ABSL_LOCKS_EXCLUDED(mu_);

  // The coding agent, as it calls itself.
  void SetClient(absl::string_view client) ABSL_LOCKS_EXCLUDED(mu_);
  // Where the dashboard is; as of ParseDashboardUrl().
  void SetDashboardUrl(absl::string_view url) ABSL_LOCKS_EXCLUDED(mu_);
  void SetRelayRemark(absl::string_view remark) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const v1::Project project_;
  const Host host_;

  mutable absl::Mutex mu_;
  std::string client_ ABSL_GUARDED_BY(mu_);
  std::string dashboard_url_ ABSL_GUARDED_BY(mu_);
  std::string relay_remark_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_PROJECT_PORT_H_
