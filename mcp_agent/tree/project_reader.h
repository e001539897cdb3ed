// Reading a whole project, for file-read where its owner allows that.
#ifndef SPECRELAY_MCP_AGENT_TREE_PROJECT_READER_H_
#define SPECRELAY_MCP_AGENT_TREE_PROJECT_READER_H_

#include <memory>

#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// The project directory itself as a tree; see PosixTree::OpenProjectReader(), which checks `project_directory`.
std::unique_ptr<Tree> NewProjectReader(absl::string_view project_directory);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_PROJECT_READER_H_
