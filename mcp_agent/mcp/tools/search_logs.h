// The tool `search-logs`.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_SEARCH_LOGS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_SEARCH_LOGS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mcp_agent/mcp/tools/project_tool.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// Searches the implementation logs of one spec or all. Thread-safe.
class SearchLogsTool : public ImmediateTool {
 public:
  explicit SearchLogsTool(std::shared_ptr<ToolContext> context);

 private:
  struct Found {
    std::string spec_name;
    v1::ImplementationLogEntry entry;
  };

  absl::StatusOr<ToolAnswer> Answer(const Json& arguments, const ToolCall& call) override;

  absl::StatusOr<std::vector<std::string>> SpecNames(const std::string& wanted, const ToolCall& call) const;
  static ToolAnswer AnswerFound(std::vector<Found> found, size_t limit);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_SEARCH_LOGS_H_
