#include "mcp_agent/mcp/tools/decision_wait.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"

namespace specrelay {

void DecisionWait::Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                         DecisionWaitOptions options, Tool::Receiver receive) {
  const std::shared_ptr<DecisionWait> wait(
      new DecisionWait(std::move(context), std::move(call), std::move(options), std::move(receive)));
  // Weak: the call outlives the wait, which holds the call.
  wait->call_->OnCancel([weak = std::weak_ptr<DecisionWait>(wait)] {
    if (const std::shared_ptr<DecisionWait> waiting = weak.lock()) waiting->Cancel();
  });
  wait->WaitOn();
}

DecisionWait::DecisionWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                           DecisionWaitOptions options, Tool::Receiver receive)
    : context_(std::move(context)),
      call_(std::move(call)),
      options_(std::move(options)),
      receive_(std::move(receive)) {}

void DecisionWait::WaitOn() {
  const std::string request_id = absl::StrCat(call_->id(), "/wait-", ++commands_);
  {
    absl::MutexLock lock(&mu_);
    waiting_id_ = request_id;
  }
  if (cancelled()) return AnswerFailure(absl::CancelledError("the call was cancelled"));
  call_->ReportProgress(
      absl::ToDoubleSeconds(waited_), absl::ToDoubleSeconds(options_.timeout),
      absl::StrCat("waiting for a person to decide ", WhereToDecide(context_->port(), options_.approval_id)));
  v1::Command command;
  command.mutable_approval_wait()->set_id(options_.approval_id);
  const absl::Duration left = std::max(options_.timeout - waited_, absl::Milliseconds(1));
  const absl::Duration interval = std::min(options_.report_interval, left);
  waited_ += interval;
  context_->port().Execute(
      request_id, std::move(command), interval,
      [self = shared_from_this()](absl::StatusOr<v1::CommandResult> result) { self->OnResult(std::move(result)); });
  // A cancellation between the check above and the command found nothing to end.
  if (cancelled()) context_->port().Cancel(request_id);
}

void DecisionWait::OnResult(absl::StatusOr<v1::CommandResult> result) {
  // What is not confirmed will be told to whoever waits next.
  if (cancelled()) return AnswerFailure(absl::CancelledError("the call was cancelled"));
  if (!result.ok()) return AnswerFailure(result.status());
  v1::ApprovalWaitResponse& wait = *result->mutable_approval_wait();
  if (wait.deleted()) return AnswerDeleted();
  if (wait.resolved()) return OnDecision(std::move(*wait.mutable_approval()));
  if (waited_ >= options_.timeout) return AnswerTimeout(wait.approval());
  WaitOn();
}

void DecisionWait::OnDecision(v1::Approval approval) {
  v1::Command command;
  command.mutable_approval_consume()->set_id(options_.approval_id);
  absl::StatusOr<v1::CommandResult> confirmed =
      context_->Run(*call_, absl::StrCat("consume-", commands_), std::move(command));
  // Somebody took the decision back meanwhile; there may be another one by now.
  if (absl::IsFailedPrecondition(confirmed.status())) return WaitOn();
  if (confirmed.ok()) approval = std::move(*confirmed->mutable_approval_consume()->mutable_approval());
  AnswerDecision(approval, confirmed.status());
}

void DecisionWait::Cancel() {
  std::string request_id;
  {
    absl::MutexLock lock(&mu_);
    cancelled_ = true;
    request_id = waiting_id_;
  }
  if (!request_id.empty()) context_->port().Cancel(request_id);
}

bool DecisionWait::cancelled() const {
  absl::MutexLock lock(&mu_);
  return cancelled_;
}

void DecisionWait::AnswerFailure(const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    return receive_(Advise(status,
                           "call approvals with action \"status\" and no approvalId to see what is pending, or request "
                           "a new approval"));
  }
  receive_(Advise(status, "call wait-for-approval again with the same approvalId; no decision is lost"));
}

void DecisionWait::AnswerDeleted() {
  receive_(MakeAnswer(
      absl::StrCat("Approval ", options_.approval_id, " was deleted before it was decided."),
      {{"approvalId", options_.approval_id}, {"status", "deleted"}, {"resolved", false}, {"canProceed", false}},
      {"Do not go on. Ask the user whether to request the approval again."}));
}

void DecisionWait::AnswerTimeout(const v1::Approval& approval) {
  Json fields = ApprovalJson(approval, context_->port());
  fields["resolved"] = false;
  fields["timeout"] = true;
  receive_(MakeAnswer(absl::StrCat("Nobody has decided yet: ", DescribeApproval(approval)), fields,
                      StepsAfter(approval, context_->port())));
}

void DecisionWait::AnswerDecision(const v1::Approval& approval, const absl::Status& confirmed) {
  Json fields = ApprovalJson(approval, context_->port());
  fields["resolved"] = true;
  // Before the answer, because the client's next call may come at once.
  if (options_.auto_delete && confirmed.ok()) context_->DeleteWithNextCall(approval.id());
  receive_(MakeAnswer(DescribeApproval(approval), fields, StepsAfter(approval, context_->port())));
}

}  // namespace specrelay
