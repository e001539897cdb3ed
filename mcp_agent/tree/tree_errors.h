// The errors that every Tree gives, in one wording. `shown` is the path as the user knows it, unquoted.
#ifndef SPECRELAY_MCP_AGENT_TREE_TREE_ERRORS_H_
#define SPECRELAY_MCP_AGENT_TREE_TREE_ERRORS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

absl::Status NoSuchPathError(absl::string_view shown);
absl::Status IsDirectoryError(absl::string_view shown);
absl::Status NotDirectoryError(absl::string_view shown);
absl::Status TreeItselfError(absl::string_view shown);
absl::Status AlreadyExistsAtPathError(absl::string_view shown);
absl::Status DirectoryNotEmptyError(absl::string_view shown);
absl::Status MoveIntoItselfError(absl::string_view shown);
absl::Status FileTooLargeError(absl::string_view shown, int64_t size_bytes, int64_t limit_bytes);
absl::Status LockTimeoutError(absl::string_view shown, absl::Duration timeout);
absl::Status ForeignLockError();

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TREE_ERRORS_H_
