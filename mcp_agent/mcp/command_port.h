// How tools, prompts and resources reach the project: by the typed commands that remote callers use too.
#ifndef SPECRELAY_MCP_AGENT_MCP_COMMAND_PORT_H_
#define SPECRELAY_MCP_AGENT_MCP_COMMAND_PORT_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// One project, for its coding agent. Thread-safe.
class CommandPort {
 public:
  using Receiver = absl::AnyInvocable<void(absl::StatusOr<v1::CommandResult>)>;

  virtual ~CommandPort() = default;

  // Executes a command under an idempotency key, in the name of the coding agent. Calls `receive` once: before it
  // returns, or later on any thread for commands that wait for something to happen (`timeout` at most).
  virtual void Execute(const std::string& request_id, v1::Command command, absl::Duration timeout,
                       Receiver receive) = 0;

  // The same for commands that do not wait.
  absl::StatusOr<v1::CommandResult> ExecuteNow(const std::string& request_id, v1::Command command) {
    const auto answer =
        std::make_shared<absl::StatusOr<v1::CommandResult>>(absl::InternalError("the command did not end at once"));
    Execute(request_id, std::move(command), absl::Seconds(30),
            [answer](absl::StatusOr<v1::CommandResult> result) { *answer = std::move(result); });
    return std::move(*answer);
  }

  // Ends a command that only waits; its receiver gets CANCELLED.
  virtual void Cancel(const std::string& request_id) = 0;

  virtual const v1::Project& project() const = 0;

  // Where people see `page` ("specs/NAME", "approvals/ID") in the dashboard; empty without one.
  virtual std::string DashboardLink(absl::string_view page) const = 0;

  // Why people at the dashboard cannot reach the project now, and what to do; empty when they can, or when no relay is
  // configured.
  virtual std::string RelayRemark() const { return ""; }
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_COMMAND_PORT_H_
