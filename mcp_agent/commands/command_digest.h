// What makes two commands the same command.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_DIGEST_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_DIGEST_H_

#include <string>

#include "specrelay/v1/command.pb.h"

namespace specrelay {

// SHA-256, 32 bytes, of the command in a serialization that is the same each time, also across versions of the agent as
// far as they know the same fields.
std::string CommandDigest(const v1::Command& command);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_COMMAND_DIGEST_H_
