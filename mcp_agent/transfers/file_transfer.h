// A file on its way to the relay or from it, in parts.
#ifndef SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFER_H_
#define SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/link/body_line.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// What both directions share: the steps of a line are handled one after another on a runner, which is free between
// them, however slow the other side is. Thread-safe. Must be held by its owner until `on_end` is called.
class FileTransfer : public std::enable_shared_from_this<FileTransfer> {
 public:
  // Gets the outcome, once. Runs on any thread, and must not block.
  using Receiver = absl::AnyInvocable<void(v1::CommandOutcome)>;

  struct Setting {
    std::string request_id;
    std::shared_ptr<BodyLine> line;
    absl::Duration timeout;  // after which nobody waits any more
    TaskRunner* runner;      // like the timers, must outlive the transfer
    Timers* timers;
    Receiver receive;
    std::function<void(FileTransfer&)> on_end;  // the last thing that happens
  };

  virtual ~FileTransfer() = default;
  FileTransfer(const FileTransfer&) = delete;
  FileTransfer& operator=(const FileTransfer&) = delete;

  // Begins. At most once.
  void Begin() ABSL_LOCKS_EXCLUDED(mu_);

 protected:
  explicit FileTransfer(Setting setting) : setting_(std::move(setting)) {}

  // The other side has sent a step. An error ends the transfer.
  virtual absl::Status OnStep(v1::Transfer step) = 0;
  // Does what can be done now; the answer when the transfer is over.
  virtual absl::StatusOr<absl::optional<v1::CommandResult>> Advance() = 0;
  // Whether part of the body is still to pass, so that the other side must be told when it will not.
  virtual bool body_open() const = 0;
  // Lets go of the file.
  virtual void Release() = 0;

  const std::string& request_id() const { return setting_.request_id; }
  void Send(v1::Transfer step) { setting_.line->Send(std::move(step)); }

 private:
  using Progress = absl::StatusOr<absl::optional<v1::CommandResult>>;

  void Schedule() ABSL_LOCKS_EXCLUDED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  Progress Work();
  Progress WorkSafely();
  void Finish(absl::StatusOr<v1::CommandResult> result) ABSL_LOCKS_EXCLUDED(mu_);

  Setting setting_;  // `receive` and `on_end` are owned by whoever has set `done_`

  absl::Mutex mu_;
  bool scheduled_ ABSL_GUARDED_BY(mu_) = false;  // a task is submitted or runs
  bool again_ ABSL_GUARDED_BY(mu_) = false;      // something came since it looked
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  std::unique_ptr<Timers::Timer> timer_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TRANSFERS_FILE_TRANSFER_H_
