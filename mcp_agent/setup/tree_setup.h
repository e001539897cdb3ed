// Makes the `.spec-context` tree of a project ready to be worked in. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SETUP_TREE_SETUP_H_
#define SPECRELAY_MCP_AGENT_SETUP_TREE_SETUP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace specrelay {

// Makes what is missing of the tree in the project at `path`, a CanonicalProjectPath(): its directories `specs`,
// `steering` and `approvals`, and a template for each document in `templates`. What is there is never changed. What was
// made, relative to the project. Errors as of Tree.
absl::StatusOr<std::vector<std::string>> SetUpTree(const std::string& path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_TREE_SETUP_H_
