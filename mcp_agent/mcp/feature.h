// A group of methods that the server offers: tools, prompts, resources, completions.
#ifndef SPECRELAY_MCP_AGENT_MCP_FEATURE_H_
#define SPECRELAY_MCP_AGENT_MCP_FEATURE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/functional/any_invocable.h"
#include "mcp_agent/mcp/active_call.h"
#include "mcp_agent/mcp/protocol_version.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Takes the answer of a call, once, on any thread.
using Respond = absl::AnyInvocable<void(RpcReply)>;

// Works on one call, on a worker's thread; several may run at once. May block for file I/O, and returns at once where
// it waits for a person. `params` is an object, and any object.
using MethodHandler =
    std::function<void(const nlohmann::ordered_json& params, const std::shared_ptr<ActiveCall>& call, Respond respond)>;

using Methods = absl::btree_map<std::string, MethodHandler>;

// Thread-safe. Must outlive the server that has its methods.
class Feature {
 public:
  virtual ~Feature() = default;

  virtual void AddMethods(Methods& methods) = 0;

  // Adds what it offers to the server's `capabilities`.
  virtual void Declare(ProtocolVersion version, nlohmann::ordered_json& capabilities) const = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_FEATURE_H_
