// Lines that no client should send, and some that one may.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_HOSTILE_LINES_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_HOSTILE_LINES_H_

#include <string>

#include "absl/random/bit_gen_ref.h"

namespace specrelay {

// Random bytes, random JSON out of the protocol's words, and good messages with some bytes changed, moved or missing.
std::string HostileLine(absl::BitGenRef random);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_HOSTILE_LINES_H_
