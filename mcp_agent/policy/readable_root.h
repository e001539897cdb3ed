// Directories of the project that its owner opens to file-read.
#ifndef SPECRELAY_MCP_AGENT_POLICY_READABLE_ROOT_H_
#define SPECRELAY_MCP_AGENT_POLICY_READABLE_ROOT_H_

#include "absl/strings/string_view.h"

namespace specrelay {

// `root` in its shortest spelling: owners write "src", "src/" and "./src", which mean the same, and "." for the whole
// project. "" for one that is a mistake, like "/", and opens nothing. Pure; a view of `root`.
absl::string_view ShortestRoot(absl::string_view root);

// Whether `path`, relative to the project, is `root` or lies below it. Pure.
bool IsWithinRoot(absl::string_view path, absl::string_view root);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_READABLE_ROOT_H_
