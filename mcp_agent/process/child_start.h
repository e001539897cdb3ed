// Starting a program: the part of process.h that runs in two processes.
#ifndef SPECRELAY_MCP_AGENT_PROCESS_CHILD_START_H_
#define SPECRELAY_MCP_AGENT_PROCESS_CHILD_START_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

struct ChildSpec {
  std::vector<std::string> argv;
  std::string working_directory;
  std::vector<std::string> environment;  // complete
};

// A program that runs. Whoever has it must wait for `pid`.
struct Child {
  pid_t pid = -1;   // also its session and process group
  UniqueFd pidfd;   // readable once it has ended
  UniqueFd output;  // its standard output and error; does not block
};

// Starts it. The child gets SIGKILL when the calling thread ends. Errors as of Process::Run(). Thread-safe.
absl::StatusOr<Child> StartChild(const ChildSpec& spec);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_PROCESS_CHILD_START_H_
