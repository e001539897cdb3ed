// A CommandPort on the executor of a harness, for tests.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_EXECUTOR_COMMAND_PORT_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_EXECUTOR_COMMAND_PORT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/mcp/command_port.h"

namespace specrelay {

// Thread-safe. `harness` must outlive it.
class ExecutorCommandPort : public CommandPort {
 public:
  ExecutorCommandPort(ExecutorHarness& harness, const std::string& project_path) : harness_(harness) {
    project_ = HarnessProject();
    project_.set_path(project_path);
  }

  void Execute(const std::string& request_id, v1::Command command, absl::Duration timeout, Receiver receive) override;
  void Cancel(const std::string& request_id) override;
  const v1::Project& project() const override { return project_; }
  std::string DashboardLink(absl::string_view page) const override;

  std::string RelayRemark() const override { return remark_; }

  // No dashboard any more.
  void Unlink() { base_.clear(); }
  // The dashboard does not reach the project.
  void SetRelayRemark(std::string remark) { remark_ = std::move(remark); }

  // Called with each command before it is executed, under no lock.
  using Observer = absl::AnyInvocable<void(const v1::Command&)>;
  void Observe(Observer observer) { observer_ = std::move(observer); }

  // Ids of the commands so far.
  std::vector<std::string> request_ids() const {
    absl::MutexLock lock(&mu_);
    return request_ids_;
  }

 private:
  ExecutorHarness& harness_;
  v1::Project project_;
  std::string base_ = "https://dashboard.example/projects/project-1/";
  std::string remark_;
  Observer observer_;
  mutable absl::Mutex mu_;
  std::vector<std::string> request_ids_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_EXECUTOR_COMMAND_PORT_H_
