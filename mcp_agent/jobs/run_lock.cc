#include "mcp_agent/jobs/run_lock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxNoteBytes = 64 * 1024;
constexpr size_t kNameDigits = 32;
constexpr char kSuffix[] = ".lock";

absl::Status LockError(absl::string_view path, int error) {
  return absl::FailedPreconditionError(absl::StrCat("cannot use the lock file ", Quoted(path), ": ", strerror(error),
                                                    "; make it and its directory the agent's own"));
}

absl::StatusOr<std::string> ReadNoteOf(const UniqueFd& fd, absl::string_view path) {
  std::string note(kMaxNoteBytes, '\0');
  const ssize_t got = pread(fd.get(), note.data(), note.size(), 0);
  if (got < 0) return LockError(path, errno);
  note.resize(static_cast<size_t>(got));
  return note;
}

}  // namespace

absl::Status RunLock::WriteNote(absl::string_view note) {
  if (note.size() > kMaxNoteBytes) return absl::InvalidArgumentError("the note of a lock is over 64 KiB");
  // A note that is cut short by a crash is no JSON, which its reader copes with.
  if (ftruncate(fd_.get(), 0) != 0 || lseek(fd_.get(), 0, SEEK_SET) != 0) return LockError("of a job", errno);
  if (const int error = WriteAll(fd_.get(), note); error != 0) return LockError("of a job", error);
  if (const int error = SyncFile(fd_.get()); error != 0) return LockError("of a job", error);
  note_ = std::string(note);
  return absl::OkStatus();
}

std::string RunLocks::PathOf(absl::string_view name) const {
  return absl::StrCat(directory_, "/", Sha256Hex(name).substr(0, kNameDigits), kSuffix);
}

absl::StatusOr<UniqueFd> RunLocks::Open(const std::string& path, int flags) const {
  UniqueFd fd(open(path.c_str(), flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd.valid()) return LockError(path, errno);
  struct stat info;
  if (fstat(fd.get(), &info) != 0) return LockError(path, errno);
  if (!S_ISREG(info.st_mode)) return LockError(path, EINVAL);
  return fd;
}

absl::StatusOr<std::unique_ptr<RunLock>> RunLocks::TryAcquirePath(const std::string& path) const {
  ASSIGN_OR_RETURN(UniqueFd fd, Open(path, O_CREAT));
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return std::unique_ptr<RunLock>();
    if (errno != EINTR) return LockError(path, errno);
  }
  ASSIGN_OR_RETURN(std::string note, ReadNoteOf(fd, path));
  return std::make_unique<RunLock>(std::move(fd), std::move(note));
}

absl::StatusOr<std::unique_ptr<RunLock>> RunLocks::TryAcquire(absl::string_view name) const {
  if (mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST) return LockError(directory_, errno);
  return TryAcquirePath(PathOf(name));
}

absl::StatusOr<std::string> RunLocks::ReadNote(absl::string_view name) const {
  const std::string path = PathOf(name);
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::string();
  ASSIGN_OR_RETURN(const UniqueFd fd, Open(path, 0));
  return ReadNoteOf(fd, path);
}

absl::StatusOr<std::vector<std::unique_ptr<RunLock>>> RunLocks::AcquireAbandoned() const {
  std::vector<std::unique_ptr<RunLock>> abandoned;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(directory_.c_str()), closedir);
  if (directory == nullptr) {
    if (errno == ENOENT) return abandoned;
    return LockError(directory_, errno);
  }
  while (const dirent* entry = readdir(directory.get())) {
    if (!absl::EndsWith(entry->d_name, kSuffix)) continue;
    const std::string path = absl::StrCat(directory_, "/", entry->d_name);
    // Locks that are free stay so: somebody who wants one must not find it taken.
    struct stat info;
    if (stat(path.c_str(), &info) != 0 || info.st_size == 0) continue;
    absl::StatusOr<std::unique_ptr<RunLock>> lock = TryAcquirePath(path);
    if (lock.ok() && *lock != nullptr && !(*lock)->note().empty()) abandoned.push_back(*std::move(lock));
  }
  return abandoned;
}

}  // namespace specrelay
