// Commands that are as quick as a look at a few files.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_

#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Whether a command reads some documents, and neither searches, compares, runs a program nor waits. It may still take
// long where a file is large, or a file system slow.
bool IsQuickRead(const v1::Command& command);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_QUICK_READS_H_
