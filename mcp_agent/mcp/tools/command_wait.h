// One call that waits for a person, by a command that waits.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_COMMAND_WAIT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_COMMAND_WAIT_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/tool_context.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

struct CommandWaitOptions {
  v1::Command command;  // the one that waits
  absl::Duration timeout;
  absl::Duration report_interval;  // how often progress is reported
  std::string message;             // what progress says
};

// Waits by commands that each last for one report interval, until what they find is an answer. The commands under way
// keep it alive. Thread-safe; calls out without its lock.
class CommandWait : public std::enable_shared_from_this<CommandWait> {
 public:
  // Where a wait is.
  struct Moment {
    bool overdue;  // its time is over
    int commands;  // that it has sent
  };
  // What the end of a command means; nothing when the wait goes on. Told of CANCELLED when the call was taken back.
  // Never called twice at a time.
  using Judge =
      absl::AnyInvocable<absl::optional<absl::StatusOr<ToolAnswer>>(absl::StatusOr<v1::CommandResult>, const Moment&)>;

  static void Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, CommandWaitOptions options,
                    Judge judge, Tool::Receiver receive);

 private:
  CommandWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, CommandWaitOptions options,
              Judge judge, Tool::Receiver receive);

  // Sends the next command that waits.
  void WaitOn() ABSL_LOCKS_EXCLUDED(mu_);
  void OnResult(absl::StatusOr<v1::CommandResult> result);
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);
  bool cancelled() const ABSL_LOCKS_EXCLUDED(mu_);

  const std::shared_ptr<ToolContext> context_;
  const std::shared_ptr<ToolCall> call_;
  const CommandWaitOptions options_;

  // Touched by one command's end at a time.
  Judge judge_;
  Tool::Receiver receive_;
  absl::Duration waited_;
  int commands_ = 0;

  mutable absl::Mutex mu_;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  std::string waiting_id_ ABSL_GUARDED_BY(mu_);  // of the command under way
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_COMMAND_WAIT_H_
