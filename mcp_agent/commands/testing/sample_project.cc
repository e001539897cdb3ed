#include "mcp_agent/commands/testing/sample_project.h"

#include "tests/support/sample_tree.h"

namespace specrelay {

SampleProject::SampleProject() { CopySampleTree(path()); }

}  // namespace specrelay
