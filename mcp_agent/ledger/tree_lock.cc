#include "mcp_agent/ledger/tree_lock.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace specrelay {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(10);

}  // namespace

absl::StatusOr<std::unique_ptr<TreeLock>> LockForWriting(Tree& tree) {
  absl::StatusOr<std::unique_ptr<TreeLock>> lock = tree.Lock(kLockTimeout);
  // DEADLINE_EXCEEDED would tell the client that the write may have happened.
  if (!lock.ok() && absl::IsDeadlineExceeded(lock.status())) {
    return absl::UnavailableError(
        absl::StrCat("another process has held the tree's writer lock for ", absl::FormatDuration(kLockTimeout),
                     "; nothing was written: retry, and look for a stuck agent if it persists"));
  }
  return lock;
}

}  // namespace specrelay
