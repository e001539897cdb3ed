// Which resources the client wants to hear of.
#ifndef SPECRELAY_MCP_AGENT_MCP_SUBSCRIPTIONS_H_
#define SPECRELAY_MCP_AGENT_MCP_SUBSCRIPTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/mcp/resource_uri.h"

namespace specrelay {

// Thread-safe. Keeps the URIs as the client wrote them, since it knows its resources by these.
class Subscriptions {
 public:
  static constexpr size_t kMaxUris = 1000;

  // RESOURCE_EXHAUSTED when there are too many.
  absl::Status Add(const std::string& uri, const ResourceUri& resource) ABSL_LOCKS_EXCLUDED(mu_);
  // Nothing happens when there is none.
  void Remove(const std::string& uri) ABSL_LOCKS_EXCLUDED(mu_);

  // URIs under which the client wants to hear of the resource.
  std::vector<std::string> Of(const ResourceUri& resource) const ABSL_LOCKS_EXCLUDED(mu_);
  std::vector<std::string> All() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable absl::Mutex mu_;
  absl::btree_map<std::string, ResourceUri> by_uri_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_SUBSCRIPTIONS_H_
