#include "mcp_agent/mcp/tools/decision_wait.h"

#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"

namespace specrelay {

void DecisionWait::Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                         DecisionWaitOptions options, Tool::Receiver receive) {
  CommandWaitOptions wait;
  wait.command.mutable_approval_wait()->set_id(options.approval_id);
  wait.timeout = options.timeout;
  wait.report_interval = options.report_interval;
  wait.message = absl::StrCat("waiting for a person to decide ", WhereToDecide(context->port(), options.approval_id));
  auto decision = absl::WrapUnique(new DecisionWait(context, call, std::move(options)));
  CommandWait::Start(
      std::move(context), std::move(call), std::move(wait),
      [decision = std::move(decision)](absl::StatusOr<v1::CommandResult> result, const CommandWait::Moment& moment) {
        return decision->OnResult(std::move(result), moment);
      },
      std::move(receive));
}

DecisionWait::DecisionWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call,
                           DecisionWaitOptions options)
    : context_(std::move(context)), call_(std::move(call)), options_(std::move(options)) {}

absl::optional<DecisionWait::Answer> DecisionWait::OnResult(absl::StatusOr<v1::CommandResult> result,
                                                            const CommandWait::Moment& moment) {
  if (!result.ok()) return AnswerFailure(result.status());
  v1::ApprovalWaitResponse& wait = *result->mutable_approval_wait();
  if (wait.deleted()) return AnswerDeleted();
  if (wait.resolved()) return OnDecision(std::move(*wait.mutable_approval()), moment.commands);
  if (moment.overdue) return AnswerTimeout(wait.approval());
  return absl::nullopt;
}

absl::optional<DecisionWait::Answer> DecisionWait::OnDecision(v1::Approval approval, int commands) {
  v1::Command command;
  command.mutable_approval_consume()->set_id(options_.approval_id);
  absl::StatusOr<v1::CommandResult> confirmed =
      context_->Run(*call_, absl::StrCat("consume-", commands), std::move(command));
  // Somebody took the decision back meanwhile; there may be another one by now.
  if (absl::IsFailedPrecondition(confirmed.status())) return absl::nullopt;
  if (confirmed.ok()) approval = std::move(*confirmed->mutable_approval_consume()->mutable_approval());
  return AnswerDecision(approval, confirmed.status());
}

DecisionWait::Answer DecisionWait::AnswerFailure(const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    return Advise(status,
                  "call approvals with action \"status\" and no approvalId to see what is pending, or request "
                  "a new approval");
  }
  return Advise(status, "call wait-for-approval again with the same approvalId; no decision is lost");
}

DecisionWait::Answer DecisionWait::AnswerDeleted() const {
  return MakeAnswer(
      absl::StrCat("Approval ", options_.approval_id, " was deleted before it was decided."),
      {{"approvalId", options_.approval_id}, {"status", "deleted"}, {"resolved", false}, {"canProceed", false}},
      {"Do not go on. Ask the user whether to request the approval again."});
}

DecisionWait::Answer DecisionWait::AnswerTimeout(const v1::Approval& approval) const {
  Json fields = ApprovalJson(approval, context_->port());
  fields["resolved"] = false;
  fields["timeout"] = true;
  return MakeAnswer(absl::StrCat("Nobody has decided yet: ", DescribeApproval(approval)), fields,
                    StepsAfter(approval, context_->port()));
}

DecisionWait::Answer DecisionWait::AnswerDecision(const v1::Approval& approval, const absl::Status& confirmed) {
  Json fields = ApprovalJson(approval, context_->port());
  fields["resolved"] = true;
  // Before the answer, because the client's next call may come at once.
  if (options_.auto_delete && confirmed.ok()) context_->DeleteWithNextCall(approval.id());
  return MakeAnswer(DescribeApproval(approval), fields, StepsAfter(approval, context_->port()));
}

}  // namespace specrelay
