#include "mcp_agent/mcp/tools/wait_for_approval.h"

#include <string>
#include <utility>

#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"
#include "mcp_agent/mcp/tools/decision_wait.h"

namespace specrelay {
namespace {

constexpr int64_t kDefaultTimeoutMs = 10 * 60 * 1000;
constexpr int64_t kLongestTimeoutMs = 30 * 60 * 1000;

ToolInfo Info() {
  ToolInfo info;
  info.name = "wait-for-approval";
  info.title = "Wait for an approval";
  info.description =
      "Wait until a person has decided an approval request; call it right after approvals with action request. Answers "
      "approved, rejected or needs-revision with the reviewer's remarks. May take long: when the time is over, call it "
      "again; a decision is never lost, and waiting again for a decided approval gives it again.";
  Json timeout = CountSchema("how long to wait; 600000 (10 min) when absent, at most 1800000");
  timeout["minimum"] = 1;
  timeout["maximum"] = kLongestTimeoutMs;
  info.input_schema =
      ObjectSchema({{"approvalId", TextSchema()},
                    {"timeoutMs", std::move(timeout)},
                    {"autoDelete", FlagSchema("remove the decided request with your next call; true when absent")}},
                   {"approvalId"});
  SchemaProperties output = ApprovalProperties();
  output.emplace_back("resolved", FlagSchema("false when the time was over or the request is gone"));
  output.emplace_back("timeout", FlagSchema());
  info.output_schema = AnswerSchema(std::move(output), {"approvalId", "status", "resolved", "canProceed"});
  info.annotations.destructive = true;  // autoDelete
  info.annotations.idempotent = true;
  return info;
}

}  // namespace

WaitForApprovalTool::WaitForApprovalTool(std::shared_ptr<ToolContext> context, absl::Duration report_interval)
    : ProjectTool(Info(), std::move(context)), report_interval_(report_interval) {}

void WaitForApprovalTool::Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) {
  DecisionWaitOptions options;
  options.approval_id = StringAt(arguments, "approvalId").value_or("");
  options.timeout = absl::Milliseconds(IntegerAt(arguments, "timeoutMs").value_or(kDefaultTimeoutMs));
  options.report_interval = report_interval_;
  options.auto_delete = !arguments.contains("autoDelete") || IsTrueAt(arguments, "autoDelete");
  DecisionWait::Start(context(), std::move(call), std::move(options), std::move(receive));
}

}  // namespace specrelay
