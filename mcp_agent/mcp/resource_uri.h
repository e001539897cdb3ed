// Names of the project's documents as MCP resources.
#ifndef SPECRELAY_MCP_AGENT_MCP_RESOURCE_URI_H_
#define SPECRELAY_MCP_AGENT_MCP_RESOURCE_URI_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

// spec-context://specs/{name}/{document}, spec-context://archive/specs/{name}/{document},
// spec-context://steering/{document} and spec-context://approvals/{id}.
struct ResourceUri {
  enum class Kind { kSpec, kArchivedSpec, kSteering, kApproval };

  Kind kind = Kind::kSpec;
  std::string name;      // of the spec, or the approval's id; empty for steering
  std::string document;  // "requirements"; empty for approvals

  friend bool operator==(const ResourceUri& a, const ResourceUri& b) {
    return a.kind == b.kind && a.name == b.name && a.document == b.document;
  }
};

// What a spec, and steering, may have, as the URIs name it, in the order in which they are written.
const std::vector<std::string>& SpecDocumentNames();
const std::vector<std::string>& SteeringResourceNames();

// Reads a URI; a document may have its ".md". INVALID_ARGUMENT, with the forms that there are, for anything else.
absl::StatusOr<ResourceUri> ParseResourceUri(absl::string_view uri);

// The one way to write it.
std::string ToString(const ResourceUri& uri);

// The resource that the file at `path` of the tree is; nothing when it is none.
absl::optional<ResourceUri> ResourceOfFile(absl::string_view path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_RESOURCE_URI_H_
