// At most one of a thing on the whole machine, however many agents run: locked files in the machine's directory.
#ifndef SPECRELAY_MCP_AGENT_JOBS_RUN_LOCK_H_
#define SPECRELAY_MCP_AGENT_JOBS_RUN_LOCK_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// A held lock, let go of on destruction or, by the kernel, when the process ends. The file holds a note for others that
// outlives the holder: a note that is found when the lock is taken tells of a holder that died.
// Not thread-safe.
class RunLock {
 public:
  RunLock(UniqueFd fd, std::string note) : fd_(std::move(fd)), note_(std::move(note)) {}

  // The note that was there when the lock was taken, or was last written; empty when there is none.
  const std::string& note() const { return note_; }

  // Replaces the note; at most 64 KiB.
  absl::Status WriteNote(absl::string_view note);

 private:
  const UniqueFd fd_;
  std::string note_;
};

// The locks in one directory. Thread-safe.
class RunLocks {
 public:
  // `directory` is made when the first lock is taken; what is above it must exist.
  explicit RunLocks(std::string directory) : directory_(std::move(directory)) {}

  // Takes the lock of that name (of any bytes); null when somebody in this or another process has it.
  // FAILED_PRECONDITION when the file cannot be used.
  absl::StatusOr<std::unique_ptr<RunLock>> TryAcquire(absl::string_view name) const;

  // The note in the lock's file, whoever wrote it; empty when there is none.
  absl::StatusOr<std::string> ReadNote(absl::string_view name) const;

  // Takes every lock that nobody has and whose note is not empty.
  absl::StatusOr<std::vector<std::unique_ptr<RunLock>>> AcquireAbandoned() const;

 private:
  std::string PathOf(absl::string_view name) const;
  absl::StatusOr<UniqueFd> Open(const std::string& path, int flags) const;
  absl::StatusOr<std::unique_ptr<RunLock>> TryAcquirePath(const std::string& path) const;

  const std::string directory_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_RUN_LOCK_H_
