// Patterns of command names, as owners write them into agent.json.
#ifndef SPECRELAY_MCP_AGENT_POLICY_NAME_PATTERN_H_
#define SPECRELAY_MCP_AGENT_POLICY_NAME_PATTERN_H_

#include "absl/strings/string_view.h"

namespace specrelay {

// Whether `pattern`, in which "*" stands for any characters and none, is the whole of `name`. Pure; takes time in
// proportion to the product of the lengths at worst.
bool MatchesPattern(absl::string_view pattern, absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_NAME_PATTERN_H_
