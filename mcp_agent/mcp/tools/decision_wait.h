// One call that waits for the decision on an approval.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/command_wait.h"
#include "mcp_agent/mcp/tools/tool_context.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

struct DecisionWaitOptions {
  std::string approval_id;
  absl::Duration timeout;
  absl::Duration report_interval;  // how often progress is reported
  bool auto_delete = false;
};

// Waits as CommandWait does, confirms the decision, answers. Lives as long as the wait.
class DecisionWait {
 public:
  static void Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, DecisionWaitOptions options,
                    Tool::Receiver receive);

 private:
  using Answer = absl::StatusOr<ToolAnswer>;

  DecisionWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, DecisionWaitOptions options);

  // As CommandWait::Judge.
  absl::optional<Answer> OnResult(absl::StatusOr<v1::CommandResult> result, const CommandWait::Moment& moment);
  absl::optional<Answer> OnDecision(v1::Approval approval, int commands);

  static Answer AnswerFailure(const absl::Status& status);
  Answer AnswerDeleted() const;
  Answer AnswerTimeout(const v1::Approval& approval) const;
  Answer AnswerDecision(const v1::Approval& approval, const absl::Status& confirmed);

  const std::shared_ptr<ToolContext> context_;
  const std::shared_ptr<ToolCall> call_;
  const DecisionWaitOptions options_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_
