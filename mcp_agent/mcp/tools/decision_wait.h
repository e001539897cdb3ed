// One call that waits for the decision on an approval.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/tool_context.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

struct DecisionWaitOptions {
  std::string approval_id;
  absl::Duration timeout;
  absl::Duration report_interval;  // how often progress is reported
  bool auto_delete = false;
};

// Waits by commands that each last for one report interval, confirms the decision, answers. The commands under way keep
// it alive. Thread-safe; calls out without its lock.
class DecisionWait : public std::enable_shared_from_this<DecisionWait> {
 public:
  static void Start(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, DecisionWaitOptions options,
                    Tool::Receiver receive);

 private:
  DecisionWait(std::shared_ptr<ToolContext> context, std::shared_ptr<ToolCall> call, DecisionWaitOptions options,
               Tool::Receiver receive);

  // Sends the next command that waits.
  void WaitOn() ABSL_LOCKS_EXCLUDED(mu_);
  void OnResult(absl::StatusOr<v1::CommandResult> result);
  void OnDecision(v1::Approval approval);
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);
  bool cancelled() const ABSL_LOCKS_EXCLUDED(mu_);

  void AnswerFailure(const absl::Status& status);
  void AnswerDeleted();
  void AnswerTimeout(const v1::Approval& approval);
  void AnswerDecision(const v1::Approval& approval, const absl::Status& confirmed);

  const std::shared_ptr<ToolContext> context_;
  const std::shared_ptr<ToolCall> call_;
  const DecisionWaitOptions options_;

  // Touched by one command's end at a time.
  Tool::Receiver receive_;
  absl::Duration waited_;
  int commands_ = 0;

  mutable absl::Mutex mu_;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  std::string waiting_id_ ABSL_GUARDED_BY(mu_);  // of the command under way
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_DECISION_WAIT_H_
