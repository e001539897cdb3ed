#include "mcp_agent/policy/readable_root.h"

#include "absl/strings/strip.h"

namespace specrelay {

absl::string_view ShortestRoot(absl::string_view root) {
  while (absl::ConsumeSuffix(&root, "/")) {
  }
  if (root == ".") return root;
  while (absl::ConsumePrefix(&root, "./")) {
  }
  return root;
}

bool IsWithinRoot(absl::string_view path, absl::string_view root) {
  root = ShortestRoot(root);
  if (root == ".") return true;
  if (root.empty()) return false;  // A mistake must not open everything.
  return absl::ConsumePrefix(&path, root) && (path.empty() || path.front() == '/');
}

}  // namespace specrelay
