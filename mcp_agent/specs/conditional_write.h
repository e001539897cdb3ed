// Replacing a file of the tree on the condition that nobody else has changed it meanwhile.
#ifndef SPECRELAY_MCP_AGENT_SPECS_CONDITIONAL_WRITE_H_
#define SPECRELAY_MCP_AGENT_SPECS_CONDITIONAL_WRITE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/transaction.h"
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

// States the write to `transaction`. ABORTED with a ConflictDetail when the base hash does not match,
// RESOURCE_EXHAUSTED for content over the policy's limit; else the tree's errors.
absl::StatusOr<WrittenFile> WriteConditionally(Transaction& transaction, const EnforcedPolicy& policy,
                                               const FileWrite& write);

// The same with content that has come in parts, whose size who took it in has checked.
absl::StatusOr<WrittenFile> WriteIncomingConditionally(Transaction& transaction, absl::string_view path,
                                                       absl::optional<absl::string_view> base_hash,
                                                       IncomingFile& content);

// The same as the first without a condition, which is for those who have compared already.
absl::StatusOr<v1::FileVersion> WriteVersion(Transaction& transaction, const EnforcedPolicy& policy,
                                             absl::string_view path, absl::string_view bytes);

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

#endif  // SPECRELAY_MCP_AGENT_SPECS_CONDITIONAL_WRITE_H_
