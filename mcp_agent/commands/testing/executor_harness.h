// An executor on a project directory, for tests of the commands.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_TESTING_EXECUTOR_HARNESS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_TESTING_EXECUTOR_HARNESS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/approval_waiter.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/commands/command_executor.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/logs/log_cache.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/questions/question_waiter.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/testing/fake_clock.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Works on a real PosixTree. Its clock is an hour ahead of the machine's, so that every file counts as settled.
// Execute is thread-safe.
class ExecutorHarness {
 public:
  // `project_directory` must exist; its tree need not. Without a `machine_directory` it has one of its own.
  explicit ExecutorHarness(absl::string_view project_directory, v1::AgentPolicy policy = {},
                           absl::string_view machine_directory = "");

  // What an agent does with the tree when it starts.
  absl::Status Recover() { return ledger_.Recover(); }

  // Executes a command. Fails the test when the outcome breaks a promise that holds for all: the request id comes back,
  // the state is final and suits the error, and there is a result of the command's own kind or else an error.
  absl::StatusOr<v1::CommandResult> Execute(const v1::Command& command);

  // Executes a command given as JSON, for example {"specRead": {"name": "a"}}.
  absl::StatusOr<v1::CommandResult> Execute(absl::string_view command_json);

  ObservedTree& tree() { return observed_; }
  FakeClock& clock() { return clock_; }
  DocumentCache& cache() { return cache_; }
  // What a watcher would say of the tree; at first nothing. Not while commands are executed.
  void set_generation(absl::optional<uint64_t> generation) { generation_ = generation; }
  // What the agent keeps on the machine.
  const TempDir& machine_directory() const { return machine_directory_; }
  // Tells those who wait that the file at `path` has changed, as the watcher does.
  void NoteChanged(absl::string_view path) {
    approval_waiter_->OnChanged(path);
    question_waiter_->OnChanged(path);
  }

  CommandExecutor& executor() { return *executor_; }
  // What the executor works on.
  const CommandEnvironment& environment() const { return *environment_; }
  // The outcome of a delivery, when it has come.
  v1::CommandOutcome Deliver(const v1::CommandDelivery& delivery);

 private:
  const std::unique_ptr<Tree> tree_;
  const std::unique_ptr<Tree> project_files_;
  ObservedTree observed_;
  FakeClock clock_;
  Ledger ledger_;
  DocumentCache cache_;
  absl::optional<uint64_t> generation_;
  SpecListCache spec_lists_{[this] { return generation_; }, clock_};
  LogCache log_cache_;
  DamageLog damage_;
  std::shared_ptr<const EnforcedPolicy> policy_;
  const TempDir machine_directory_;
  GrpcTimers timers_;
  std::unique_ptr<MachineHost> machine_;
  std::unique_ptr<CommandEnvironment> environment_;
  std::unique_ptr<CommandExecutor> executor_;
  WorkerPool workers_;
  std::unique_ptr<ApprovalWaiter> approval_waiter_;
  std::unique_ptr<QuestionWaiter> question_waiter_;
};

// Identity that the harness gives to every project and machine.
v1::Project HarnessProject();
v1::Machine HarnessMachine();

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_TESTING_EXECUTOR_HARNESS_H_
