// A project whose tree existing tools have written, for tests.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_TESTING_SAMPLE_PROJECT_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_TESTING_SAMPLE_PROJECT_H_

#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {

// A directory with a writable copy of the sample tree.
class SampleProject : public TempDir {
 public:
  SampleProject();
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_TESTING_SAMPLE_PROJECT_H_
