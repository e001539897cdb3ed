// What people have answered while the coding agent was away.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_OPEN_QUESTIONS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_OPEN_QUESTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/tool_context.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// The questions that are pending, or whose end the coding agent was not told, newest first; of one spec and of none, or
// all when `spec_name` is empty. At most 20.
absl::StatusOr<std::vector<v1::Question>> OpenQuestions(const ToolContext& context, const ToolCall& call,
                                                        absl::string_view spec_name);

// What to do about those that are no longer pending, a step for each.
std::vector<std::string> StepsForAnswers(const std::vector<v1::Question>& open);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_OPEN_QUESTIONS_H_
