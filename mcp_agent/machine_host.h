// What the agent keeps and does for the machine as a whole, whichever projects it serves: jobs.
#ifndef SPECRELAY_MCP_AGENT_MACHINE_HOST_H_
#define SPECRELAY_MCP_AGENT_MACHINE_HOST_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/commands/job_commands.h"
#include "mcp_agent/jobs/agent_work.h"
#include "mcp_agent/jobs/cleanup_work.h"
#include "mcp_agent/jobs/job_history.h"
#include "mcp_agent/jobs/job_runner.h"
#include "mcp_agent/jobs/job_scheduler.h"
#include "mcp_agent/jobs/job_store.h"
#include "mcp_agent/jobs/project_registry.h"
#include "mcp_agent/jobs/run_lock.h"
#include "mcp_agent/jobs/work_by_type.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/ledger_recovery.h"
#include "mcp_agent/link/timers.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

struct MachineHostOptions {
  std::string directory;  // `~/.spec-context-mcp` unless the owner moved it
  absl::TimeZone zone;    // of the schedules
};

// Thread-safe. Outlives the project hosts that use it. Shutdown: Stop(), then destruction.
class MachineHost {
 public:
  // Errors as of OpenMachineDirectory(). `clock` and `timers` must outlive it.
  static absl::StatusOr<std::unique_ptr<MachineHost>> Open(MachineHostOptions options, const Clock& clock,
                                                           Timers& timers);
  ~MachineHost();
  MachineHost(const MachineHost&) = delete;
  MachineHost& operator=(const MachineHost&) = delete;

  // Begins to follow schedules.
  void Start();

  // Cancels runs, waits for their end and for that of a schedule being looked at. Idempotent.
  void Stop();

  // Notes that the project at `path` is served here, so that jobs find it.
  void NoteServed(absl::string_view path);

  // While it lives, `sink` gets the reports of running jobs, on any thread.
  class ProgressSubscription {
   public:
    ProgressSubscription(MachineHost& host, std::function<void(const v1::JobProgress&)> sink);
    ~ProgressSubscription();
    ProgressSubscription(const ProgressSubscription&) = delete;
    ProgressSubscription& operator=(const ProgressSubscription&) = delete;

   private:
    friend class MachineHost;
    MachineHost& host_;
    const std::function<void(const v1::JobProgress&)> sink_;
  };

  const Tree& directory() const { return *directory_; }
  // Whether that directory was when it was opened.
  bool on_local_file_system() const { return on_local_file_system_; }
  const JobCommands& jobs() const { return commands_; }

 private:
  MachineHost(std::unique_ptr<Tree> directory, const MachineHostOptions& options, const Clock& clock, Timers& timers);

  void Report(const v1::JobProgress& progress) ABSL_LOCKS_EXCLUDED(mu_);
  // For cleanups: any project that agents on this machine serve.
  absl::StatusOr<OpenProject> OpenForCleanup(absl::string_view path) const;

  const Clock& clock_;
  const std::unique_ptr<Tree> directory_;
  const bool on_local_file_system_;
  Ledger ledger_;
  const JobStore store_;
  const JobHistory history_;
  ProjectRegistry registry_;
  const RunLocks locks_;
  CleanupWork cleanup_;
  AgentWork agent_;
  WorkByType work_;
  WorkerPool tasks_;
  LedgerRecovery recovery_;
  JobRunner runner_;
  JobScheduler scheduler_;
  const JobCommands commands_;

  // Held while sinks are called, so that a subscription that has ended is not called any more. Sinks must not
  // subscribe.
  absl::Mutex mu_;
  std::vector<const ProgressSubscription*> subscriptions_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MACHINE_HOST_H_
