// Resources of the server.
// Source: Model Context Protocol, revision 2025-11-25, "Resources".
#ifndef SPECRELAY_MCP_AGENT_MCP_RESOURCE_FEATURE_H_
#define SPECRELAY_MCP_AGENT_MCP_RESOURCE_FEATURE_H_

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/feature.h"
#include "mcp_agent/mcp/resource_catalog.h"
#include "mcp_agent/mcp/subscriptions.h"
#include "mcp_agent/watch/change_batch.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Lists, reads, and tells of changes. Thread-safe. `port` must outlive it.
class ResourceFeature final : public Feature {
 public:
  // Sends a notification to the client; must not block.
  using Notify = std::function<void(absl::string_view method, nlohmann::ordered_json params)>;

  ResourceFeature(CommandPort& port, Notify notify) : catalog_(port), notify_(std::move(notify)) {}

  void AddMethods(Methods& methods) override;
  void Declare(ProtocolVersion version, nlohmann::ordered_json& capabilities) const override;

  // Files of the tree have changed, whoever changed them.
  void OnChanges(const TreeChanges& changes);

 private:
  RpcReply List(const nlohmann::ordered_json& params, const ActiveCall& call) const;
  RpcReply ListTemplates(const nlohmann::ordered_json& params, ProtocolVersion version) const;
  RpcReply Read(const nlohmann::ordered_json& params, const ActiveCall& call) const;
  RpcReply Subscribe(const nlohmann::ordered_json& params);
  RpcReply Unsubscribe(const nlohmann::ordered_json& params);

  const ResourceCatalog catalog_;
  const Notify notify_;
  Subscriptions subscriptions_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_RESOURCE_FEATURE_H_
