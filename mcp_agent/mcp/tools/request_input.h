// The tool `request-input`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_REQUEST_INPUT_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_REQUEST_INPUT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "mcp_agent/mcp/tools/project_tool.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// Asks a person, who answers in the dashboard or from a script. Either blocks its caller, and no thread, until there is
// an answer, or returns at once, to be called again with the question's id. An answer counts as taken in when the next
// call shows that the client lives on; until then the same question, or its id, gives it again. Thread-safe.
class RequestInputTool : public ProjectTool {
 public:
  // `report_interval`: how often a waiting call tells that it goes on.
  explicit RequestInputTool(std::shared_ptr<ToolContext> context, absl::Duration report_interval = absl::Seconds(20));

 private:
  void Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) override;

  // The question that the arguments ask or name.
  absl::StatusOr<v1::Question> FindOrAsk(const Json& arguments, const ToolCall& call, bool wait) const;

  const absl::Duration report_interval_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_REQUEST_INPUT_H_
