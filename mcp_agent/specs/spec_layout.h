// Where specs and their documents lie in the tree.
#ifndef SPECRELAY_MCP_AGENT_SPECS_SPEC_LAYOUT_H_
#define SPECRELAY_MCP_AGENT_SPECS_SPEC_LAYOUT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// Where a spec is kept.
enum class SpecShelf { kActive, kArchived };

// INVALID_ARGUMENT unless `name` may name a spec.
absl::Status CheckSpecName(absl::string_view name);

// Path of the directory that holds the specs of a shelf.
absl::string_view ShelfPath(SpecShelf shelf);

// Path of a spec's directory; `name` has passed CheckSpecName.
std::string SpecPath(SpecShelf shelf, absl::string_view name);

// Path of a document of a spec; `document` is not SPEC_DOCUMENT_UNSPECIFIED.
std::string SpecDocumentPath(SpecShelf shelf, absl::string_view name, v1::SpecDocument document);

// Name for people: the words of the directory name, capitalized. "user-auth" is "User Auth".
std::string SpecDisplayName(absl::string_view name);

// Names of the specs on `shelf` in ascending order: directories whose name passes CheckSpecName. None when the tree or
// the shelf does not exist yet.
absl::StatusOr<std::vector<std::string>> ListSpecNames(const Tree& tree, SpecShelf shelf);

// The directory of a spec, or NOT_FOUND with a message that starts with `not_found` when there is no such spec.
absl::StatusOr<FileStat> StatSpec(const Tree& tree, SpecShelf shelf, absl::string_view name,
                                  absl::string_view not_found);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_SPEC_LAYOUT_H_
