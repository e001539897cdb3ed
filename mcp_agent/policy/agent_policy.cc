#include "mcp_agent/policy/agent_policy.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {
namespace {

v1::AgentPolicy WithDefaults(v1::AgentPolicy policy) {
  if (policy.max_file_bytes() <= 0) policy.set_max_file_bytes(kDefaultMaxFileBytes);
  return policy;
}

// Owners write "src", "src/" and "./src", which mean the same, and "." for the whole project.
bool IsWithin(absl::string_view path, absl::string_view root) {
  while (absl::ConsumeSuffix(&root, "/")) {
  }
  if (root == ".") return true;
  while (absl::ConsumePrefix(&root, "./")) {
  }
  if (root.empty()) return false;  // "" and "/" are mistakes, and a mistake must not open everything.
  return absl::ConsumePrefix(&path, root) && (path.empty() || path.front() == '/');
}

}  // namespace

EnforcedPolicy::EnforcedPolicy(v1::AgentPolicy stated) : policy_(WithDefaults(std::move(stated))) {}

absl::Status EnforcedPolicy::CheckProjectRead(absl::string_view path) const {
  if (!policy_.project_readable()) {
    return absl::PermissionDeniedError(
        "this agent lets file-read read .spec-context only; the machine's owner can allow the rest of the project with "
        "the setting project_readable");
  }
  const auto& roots = policy_.readable_roots();
  if (roots.empty() || absl::c_any_of(roots, [&](const std::string& root) { return IsWithin(path, root); })) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      absl::StrCat("'", path, "' is outside of what this agent lets file-read read; the machine's owner set ",
                   "readable_roots to: ", absl::StrJoin(roots, ", ")));
}

absl::Status EnforcedPolicy::CheckWriteSize(absl::string_view path, int64_t size_bytes) const {
  if (size_bytes <= max_file_bytes()) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat("the content for '", path, "' has ", size_bytes,
                                                   " bytes and the agent's limit max_file_bytes is ", max_file_bytes(),
                                                   "; shorten it, or ask the machine's owner to raise the limit"));
}

}  // namespace specrelay
