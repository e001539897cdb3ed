// The documents of the project as MCP resources.
#ifndef SPECRELAY_MCP_AGENT_MCP_RESOURCE_CATALOG_H_
#define SPECRELAY_MCP_AGENT_MCP_RESOURCE_CATALOG_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/resource_uri.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

inline constexpr char kMarkdownType[] = "text/markdown";
inline constexpr char kJsonType[] = "application/json";

// One resource, without its text.
struct ResourceInfo {
  ResourceUri uri;
  std::string name;
  std::string title;
  std::string description;
  const char* mime_type = kMarkdownType;
};

struct ResourceText {
  const char* mime_type = kMarkdownType;
  std::string text;
};

// Thread-safe; blocks for file I/O. `port` must outlive it. `call_id` is an idempotency key.
class ResourceCatalog {
 public:
  // A larger document is for the file system: no model reads it whole, and no message should hold it.
  static constexpr size_t kMaxTextBytes = 4 << 20;

  explicit ResourceCatalog(CommandPort& port) : port_(port) {}

  // All that exist now.
  absl::StatusOr<std::vector<ResourceInfo>> List(absl::string_view call_id) const;

  // NOT_FOUND when there is no such document, RESOURCE_EXHAUSTED when it is too large, with where to read it instead.
  absl::StatusOr<ResourceText> Read(const ResourceUri& uri, absl::string_view call_id) const;

 private:
  absl::StatusOr<v1::CommandResult> Run(absl::string_view call_id, absl::string_view step, v1::Command command) const;
  absl::StatusOr<ResourceText> ReadSpec(const ResourceUri& uri, absl::string_view call_id) const;
  absl::StatusOr<ResourceText> ReadSteering(const ResourceUri& uri, absl::string_view call_id) const;
  absl::StatusOr<ResourceText> ReadApproval(const ResourceUri& uri, absl::string_view call_id) const;

  CommandPort& port_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_RESOURCE_CATALOG_H_
