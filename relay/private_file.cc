#include "relay/private_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr absl::Duration kLockPollInterval = absl::Milliseconds(10);

// Closes a descriptor at the end of a scope.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return value_; }
  int Release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

// Removes a temporary file at the end of a scope unless it was renamed away before.
struct TemporaryFile {
  std::string path;
  ~TemporaryFile() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

absl::Status SystemError(absl::string_view doing, absl::string_view path, int error) {
  const absl::Status status = absl::ErrnoToStatus(error, absl::StrCat("cannot ", doing, " ", path));
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return absl::NotFoundError(absl::StrCat(status.message(), "; check the path and that its directory exists"));
    case EACCES:
    case EPERM:
    case EROFS:
      return absl::PermissionDeniedError(
          absl::StrCat(status.message(), "; run as the owner, in a directory that may be written"));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(absl::StrCat(status.message(), "; free some space and try again"));
    default:
      return absl::InternalError(status.message());
  }
}

FileSignature ToSignature(const struct stat& stat) {
  FileSignature signature;
  signature.device = stat.st_dev;
  signature.inode = stat.st_ino;
  signature.size_bytes = stat.st_size;
  signature.last_modified = absl::TimeFromTimespec(stat.st_mtim);
  signature.changed = absl::TimeFromTimespec(stat.st_ctim);
  return signature;
}

absl::Status CheckPrivate(absl::string_view path, const struct stat& stat) {
  if (!S_ISREG(stat.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is no regular file; name a file"));
  }
  if ((stat.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " may be accessed by others than its owner; run chmod 600 ", path));
  }
  return absl::OkStatus();
}

absl::Status WriteAll(int descriptor, absl::string_view path, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// The file that a rename has to replace: links are followed as far as they lead to a file.
std::string FollowLinks(absl::string_view path) {
  const std::string text(path);
  const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(text.c_str(), nullptr), &std::free);
  return resolved == nullptr ? text : std::string(resolved.get());
}

std::string DirectoryOf(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == absl::string_view::npos) return ".";
  return std::string(path.substr(0, std::max<size_t>(slash, 1)));
}

// A file that only root could have made differently belongs to the owner of the file it serves.
absl::Status KeepOwner(int descriptor, absl::string_view path, const std::string& original) {
  struct stat wanted;
  struct stat current;
  if (::stat(original.c_str(), &wanted) != 0) return absl::OkStatus();
  if (::fstat(descriptor, &current) != 0) return SystemError("examine", path, errno);
  if (wanted.st_uid == current.st_uid && wanted.st_gid == current.st_gid) return absl::OkStatus();
  if (::fchown(descriptor, wanted.st_uid, wanted.st_gid) != 0) return SystemError("keep the owner of", path, errno);
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) return SystemError("sync the directory", path, errno);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FileSignature> SignatureOf(absl::string_view path) {
  struct stat stat;
  if (::stat(std::string(path).c_str(), &stat) != 0) return SystemError("examine", path, errno);
  return ToSignature(stat);
}

absl::StatusOr<PrivateFile> ReadPrivateFile(absl::string_view path, int64_t max_bytes) {
  // O_NONBLOCK: opening a FIFO by mistake must not hang.
  const Descriptor file(::open(std::string(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return SystemError("open", path, errno);
  struct stat stat;
  if (::fstat(file.get(), &stat) != 0) return SystemError("examine", path, errno);
  RETURN_IF_ERROR(CheckPrivate(path, stat));
  PrivateFile result;
  result.signature = ToSignature(stat);
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("read", path, errno);
    if (count == 0) return result;
    result.bytes.append(buffer, static_cast<size_t>(count));
    if (static_cast<int64_t>(result.bytes.size()) > max_bytes) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, " is larger than ", max_bytes, " bytes; is it the right file?"));
    }
  }
}

absl::Status ReplacePrivateFile(absl::string_view path, absl::string_view bytes) {
  const std::string target = FollowLinks(path);
  TemporaryFile temporary{absl::StrCat(target, ".tmp-", RandomBase62(12))};
  {
    const Descriptor file(::open(temporary.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
    if (file.get() < 0) {
      const int error = errno;
      temporary.path.clear();
      return SystemError("create a file beside", path, error);
    }
    // A umask may have taken away what the owner needs.
    if (::fchmod(file.get(), kOwnerOnly) != 0) return SystemError("protect", path, errno);
    RETURN_IF_ERROR(KeepOwner(file.get(), path, target));
    RETURN_IF_ERROR(WriteAll(file.get(), path, bytes));
    if (::fsync(file.get()) != 0) return SystemError("sync", path, errno);
  }
  if (::rename(temporary.path.c_str(), target.c_str()) != 0) return SystemError("replace", path, errno);
  temporary.path.clear();
  return SyncDirectory(DirectoryOf(target));
}

absl::StatusOr<FileLock> FileLock::Acquire(absl::string_view path, absl::Duration timeout) {
  const std::string target = FollowLinks(path);
  const std::string lock_path = absl::StrCat(target, ".lock");
  Descriptor file(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (file.get() < 0) return SystemError("lock", path, errno);
  RETURN_IF_ERROR(KeepOwner(file.get(), lock_path, target));
  const absl::Time deadline = absl::Now() + timeout;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return SystemError("lock", path, errno);
    if (absl::Now() >= deadline) {
      return absl::UnavailableError(absl::StrCat("another process has been changing ", path, " for ",
                                                 absl::FormatDuration(timeout), "; end it or try again"));
    }
    absl::SleepFor(kLockPollInterval);
  }
  return FileLock(file.Release());
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock::~FileLock() {
  // Closing releases the lock: no other descriptor shares this open file.
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace specrelay
