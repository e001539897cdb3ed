// Replacing a file of the tree on the condition that nobody else has changed it meanwhile.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_CONDITIONAL_WRITE_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_CONDITIONAL_WRITE_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/file.pb.h"

namespace specrelay {

// A whole new content for one file. The views must outlive the call that gets them.
struct FileWrite {
  absl::string_view path;
  absl::string_view bytes;
  // Hash that the file's content must have for the write to happen; "" asks that there be no file.
  absl::optional<absl::string_view> base_hash;
};

struct WrittenFile {
  v1::FileVersion version;
  bool created = false;
};

// The tree's writer lock; UNAVAILABLE when another process or thread keeps it for more than 10 s.
absl::StatusOr<std::unique_ptr<TreeLock>> LockForWriting(Tree& tree);

// Fails when `write` cannot succeed whatever happens until the lock is taken: content over the policy's limit, a path
// that the tree refuses, a base hash where there is no file. To be called before LockForWriting, which creates the
// tree: a write that is refused must leave nothing behind.
absl::Status CheckBeforeLock(const Tree& tree, const EnforcedPolicy& policy, const FileWrite& write);

// Writes under the caller's lock. ABORTED with a ConflictDetail, and nothing written, when the base hash does not
// match. A file that has this content already stays untouched.
absl::StatusOr<WrittenFile> WriteUnderLock(Tree& tree, const TreeLock& lock, const EnforcedPolicy& policy,
                                           const FileWrite& write);

// Writes under the caller's lock and without a condition, which is for those who have compared already.
absl::StatusOr<v1::FileVersion> WriteVersion(Tree& tree, const TreeLock& lock, const EnforcedPolicy& policy,
                                             absl::string_view path, absl::string_view bytes);

// CheckBeforeLock, LockForWriting and WriteUnderLock.
absl::StatusOr<WrittenFile> ConditionalWrite(Tree& tree, const EnforcedPolicy& policy, const FileWrite& write);

// INVALID_ARGUMENT unless `text` is valid UTF-8, as the text of a document must be.
absl::Status CheckText(absl::string_view text);

// OK when `base_hash` is absent or states `current`, which is absent when there is no file; else ABORTED.
absl::Status CheckBaseHash(absl::string_view path, absl::optional<absl::string_view> base_hash,
                           const absl::optional<FileContent>& current);

// The field `base_hash` of a request as FileWrite takes it.
template <typename Request>
absl::optional<absl::string_view> BaseHashOf(const Request& request) {
  if (!request.has_base_hash()) return absl::nullopt;
  return absl::string_view(request.base_hash());
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_CONDITIONAL_WRITE_H_
