// The files that approvals are about.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_REVIEWED_DOCUMENTS_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_REVIEWED_DOCUMENTS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Largest document that can be reviewed, unless the policy's limit is lower. As JSON, where a byte may take six, its
// snapshot is still below what a tree writes.
constexpr int64_t kMaxReviewedBytes = int64_t{10} << 20;

// Thread-safe; does not own what it is given by reference.
class ReviewedDocuments {
 public:
  // `project_files` is the whole project, or nullptr where only the tree may be read. `project_path` is its canonical
  // path.
  ReviewedDocuments(const Tree* project_files, const EnforcedPolicy& policy, std::string project_path);

  const std::string& project_path() const { return project_path_; }

  // The file at `relative`, a ProjectRelativePath(): from `tree` when it lies there, else from the project as far as
  // the policy allows. PERMISSION_DENIED names the policy; else the tree's errors.
  absl::StatusOr<FileContent> Read(const Tree& tree, absl::string_view relative) const;

  // Path on this machine.
  std::string AbsolutePath(absl::string_view relative) const;

 private:
  const Tree* const project_files_;
  const EnforcedPolicy& policy_;
  const std::string project_path_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_REVIEWED_DOCUMENTS_H_
