// The prompts that the agent offers to its coding agent. Thread-safe.
// Source: Model Context Protocol, revision 2025-11-25, "Prompts".
#ifndef SPECRELAY_MCP_AGENT_GUIDES_PROMPTS_H_
#define SPECRELAY_MCP_AGENT_GUIDES_PROMPTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct PromptArgument {
  // What a value may be, and so what completes it.
  enum class Kind { kText, kSpecName, kTaskId, kSteeringDocument };

  std::string name;
  std::string description;
  bool required = false;
  Kind kind = Kind::kText;
};

struct PromptInfo {
  std::string name;
  std::string title;
  std::string description;
  std::vector<PromptArgument> arguments;
};

// create-spec, create-steering-doc, implement-task, spec-status and refresh-tasks.
const std::vector<PromptInfo>& Prompts();

// The names that a kSteeringDocument may have, in the order in which they are written.
const std::vector<std::string>& SteeringDocumentNames();

// The user's message of the prompt `name`. Empty arguments count as left out. INVALID_ARGUMENT, which says what to give
// instead, for a prompt or argument that does not exist, a required argument that is missing, and a value that its kind
// does not allow, is no UTF-8 or has over 16 KiB.
absl::StatusOr<std::string> RenderPrompt(absl::string_view name, const std::map<std::string, std::string>& arguments);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_GUIDES_PROMPTS_H_
