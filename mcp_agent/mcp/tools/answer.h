// How tools answer: what is the case, and what to do next. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_ANSWER_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_ANSWER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/tool.h"
#include "mcp_agent/mcp/tools/schema.h"

namespace specrelay {

// An answer of an AnswerSchema(): `message` says it all to a model that sees only text, `fields` to programs.
ToolAnswer MakeAnswer(std::string message, const Json& fields, const std::vector<std::string>& next_steps);

// A failed command's status with what the model is to do about it.
absl::Status Advise(const absl::Status& status, absl::string_view next_step);

// The same for commands on a spec or its tasks, which may have got a name that does not exist.
absl::Status AdviseOnSpec(const absl::Status& status);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_ANSWER_H_
