// The commands whose files pass in parts.
#ifndef SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFERS_H_
#define SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFERS_H_

#include <cstdint>
#include <memory>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/commands/command_environment.h"
#include "mcp_agent/link/body_line.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "mcp_agent/transfers/file_transfer.h"

namespace specrelay {

struct FileTransferOptions {
  // Largest file that passes; the owner's policy goes before when it states a limit of its own.
  int64_t max_bytes = int64_t{1} << 30;
  // At once; more are RESOURCE_EXHAUSTED.
  int max_concurrent = 8;
};

// What CommandExecutor is for commands that come whole: policy, paths, base hashes, journal and audit are the same.
// Thread-safe. WaitIdle() before it goes, and before what it is given does.
class FileTransfers {
 public:
  FileTransfers(CommandEnvironment environment, TaskRunner& runner, Timers& timers, FileTransferOptions options);
  FileTransfers(const FileTransfers&) = delete;
  FileTransfers& operator=(const FileTransfers&) = delete;

  // Begins the command, and returns while its file passes over `line`. A write whose request id is known is answered as
  // it was, without its body. Blocks for file I/O, and up to 10 s for the tree's lock.
  void Execute(const v1::CommandDelivery& delivery, std::shared_ptr<BodyLine> line,
               FileTransfer::Receiver receive) noexcept ABSL_LOCKS_EXCLUDED(mu_);

  // True once no file passes; false when that has not come about after `timeout`.
  bool WaitIdle(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // What a command has done already, or how to begin it.
  struct Beginning;
  absl::StatusOr<Beginning> Examine(const v1::CommandDelivery& delivery);
  absl::StatusOr<Beginning> ExamineRead(const v1::CommandDelivery& delivery,
                                        std::shared_ptr<const EnforcedPolicy> policy);
  absl::StatusOr<Beginning> ExamineWrite(const v1::CommandDelivery& delivery,
                                         std::shared_ptr<const EnforcedPolicy> policy);
  int64_t MaxBytes(const EnforcedPolicy& policy) const;
  absl::Status Reserve() ABSL_LOCKS_EXCLUDED(mu_);
  void Unreserve() ABSL_LOCKS_EXCLUDED(mu_);
  bool IsIdleLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return reserved_ == 0; }

  const CommandEnvironment environment_;
  TaskRunner& runner_;
  Timers& timers_;
  const FileTransferOptions options_;

  absl::Mutex mu_;
  int reserved_ ABSL_GUARDED_BY(mu_) = 0;  // those that pass, and those that are about to
  std::set<std::shared_ptr<FileTransfer>> active_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFERS_H_
