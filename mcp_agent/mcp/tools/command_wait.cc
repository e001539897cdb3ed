#include "mcp_agent/mcp/tools/command_wait.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {

void CommandWait::Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                        CommandWaitOptions options, Judge judge, Tool::Receiver receive) {
  const std::shared_ptr<CommandWait> wait(
      new CommandWait(std::move(context), std::move(call), std::move(options), std::move(judge), std::move(receive)));
  // Weak: the call outlives the wait, which holds the call.
  wait->call_->OnCancel([weak = std::weak_ptr<CommandWait>(wait)] {
    if (const std::shared_ptr<CommandWait> waiting = weak.lock()) waiting->Cancel();
  });
  wait->WaitOn();
}

CommandWait::CommandWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                         CommandWaitOptions options, Judge judge, Tool::Receiver receive)
    : context_(std::move(context)),
      call_(std::move(call)),
      options_(std::move(options)),
      judge_(std::move(judge)),
      receive_(std::move(receive)) {}

void CommandWait::WaitOn() {
  const std::string request_id = absl::StrCat(call_->id(), "/wait-", ++commands_);
  {
    absl::MutexLock lock(&mu_);
    waiting_id_ = request_id;
  }
  if (cancelled()) return OnResult(absl::CancelledError("the call was cancelled"));
  call_->ReportProgress(absl::ToDoubleSeconds(waited_), absl::ToDoubleSeconds(options_.timeout), options_.message);
  const absl::Duration left = std::max(options_.timeout - waited_, absl::Milliseconds(1));
  const absl::Duration interval = std::min(options_.report_interval, left);
  waited_ += interval;
  context_->port().Execute(
      request_id, options_.command, interval,
      [self = shared_from_this()](absl::StatusOr<v1::CommandResult> result) { self->OnResult(std::move(result)); });
  // A cancellation between the check above and the command found nothing to end.
  if (cancelled()) context_->port().Cancel(request_id);
}

void CommandWait::OnResult(absl::StatusOr<v1::CommandResult> result) {
  // What was not answered will be told to whoever waits next.
  if (cancelled()) result = absl::CancelledError("the call was cancelled");
  absl::optional<absl::StatusOr<ToolAnswer>> answer =
      judge_(std::move(result), {waited_ >= options_.timeout, commands_});
  if (!answer.has_value()) return WaitOn();
  receive_(*std::move(answer));
}

void CommandWait::Cancel() {
  std::string request_id;
  {
    absl::MutexLock lock(&mu_);
    cancelled_ = true;
    request_id = waiting_id_;
  }
  if (!request_id.empty()) context_->port().Cancel(request_id);
}

bool CommandWait::cancelled() const {
  absl::MutexLock lock(&mu_);
  return cancelled_;
}

}  // namespace specrelay
