#include "mcp_agent/tree/tree_errors.h"

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {

absl::Status NoSuchPathError(absl::string_view shown) {
  return absl::NotFoundError(absl::StrCat(Quoted(shown), " does not exist; check the name, or create it first"));
}

absl::Status IsDirectoryError(absl::string_view shown) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(shown), " is a directory; name a file"));
}

absl::Status NotDirectoryError(absl::string_view shown) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(shown), " is not a directory, or something above it is none; name a directory"));
}

absl::Status TreeItselfError(absl::string_view shown) {
  return absl::InvalidArgumentError(
      absl::StrCat("the path is empty and means ", Quoted(shown), " itself; name a file or directory in it"));
}

absl::Status AlreadyExistsAtPathError(absl::string_view shown) {
  return absl::AlreadyExistsError(absl::StrCat(Quoted(shown), " already exists; choose another name, or remove it"));
}

absl::Status DirectoryNotEmptyError(absl::string_view shown) {
  return absl::FailedPreconditionError(absl::StrCat("the directory ", Quoted(shown), " is not empty; empty it first"));
}

absl::Status MoveIntoItselfError(absl::string_view shown) {
  return absl::InvalidArgumentError(absl::StrCat(Quoted(shown), " cannot be moved into itself; choose another place"));
}

absl::Status FileTooLargeError(absl::string_view shown, int64_t size_bytes, int64_t limit_bytes) {
  return absl::ResourceExhaustedError(absl::StrCat(Quoted(shown), " has ", size_bytes, " bytes, over the limit of ",
                                                   limit_bytes, "; make it smaller, or split it"));
}

absl::Status LockTimeoutError(absl::string_view shown, absl::Duration timeout) {
  return absl::DeadlineExceededError(absl::StrCat("others have been writing to ", Quoted(shown), " for ",
                                                  absl::FormatDuration(timeout), "; nothing was written, try again"));
}

absl::Status ForeignLockError() {
  return absl::FailedPreconditionError("the lock is not one of this tree; pass what Lock() of the same tree returned");
}

}  // namespace specrelay
