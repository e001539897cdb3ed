#include "mcp_agent/tree/posix_files.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// EAGAIN means that something was renamed during the resolution; both it and EINTR are worth trying again, but nobody
// may keep the agent at it for ever.
constexpr int kMaxAttempts = 64;

int OpenAt2(int directory, const std::string& path, int flags, mode_t mode, uint64_t resolve) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags) | O_CLOEXEC | O_NOFOLLOW;
  how.mode = mode;
  how.resolve = resolve | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  int error = 0;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const long fd = ::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof(how));
    if (fd >= 0) return static_cast<int>(fd);
    error = errno;
    if (error != EINTR && error != EAGAIN) break;
  }
  return -error;
}

const char* TypeName(mode_t mode) {
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

absl::Status CheckFileOrDirectory(mode_t mode, const PosixRoot& root, absl::string_view path) {
  if (S_ISREG(mode) || S_ISDIR(mode)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(Quoted(root.Show(path)), " is ", TypeName(mode),
                                                  "; only regular files and directories are read and written, put one "
                                                  "in its place"));
}

absl::Time ToTime(const statx_timestamp& time) {
  return absl::FromUnixSeconds(time.tv_sec) + absl::Nanoseconds(time.tv_nsec);
}

// statx() of `name` in `directory`, or of `directory` itself for "", following no symbolic link. 0 or an errno value.
int DescribeAt(int directory, const char* name, PosixStat& result) {
  struct statx raw = {};
  constexpr int kFlags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
  if (::statx(directory, name, kFlags, STATX_BASIC_STATS | STATX_BTIME, &raw) != 0) return errno;
  result.mode = raw.stx_mode;
  result.owner = raw.stx_uid;
  result.group = raw.stx_gid;
  result.stat.is_directory = S_ISDIR(raw.stx_mode);
  result.stat.size_bytes = static_cast<int64_t>(raw.stx_size);
  result.stat.last_modified = ToTime(raw.stx_mtime);
  result.stat.created = (raw.stx_mask & STATX_BTIME) != 0 ? ToTime(raw.stx_btime) : result.stat.last_modified;
  result.stat.changed = ToTime(raw.stx_ctime);
  result.stat.device = makedev(raw.stx_dev_major, raw.stx_dev_minor);
  result.stat.inode = raw.stx_ino;
  result.stat.may_change_unseen =
      !result.stat.is_directory && (raw.stx_nlink > 1 || (raw.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0);
  return 0;
}

absl::Status DirectoryError(const PosixRoot& root, absl::string_view path, int error, absl::string_view action) {
  if (error != ENOTDIR) return PosixError(error, action, root.Show(path));
  // What openat2 says of a symbolic link, too.
  const absl::StatusOr<PosixFile> examined = Examine(root, path, action);
  if (absl::IsPermissionDenied(examined.status())) return examined.status();
  // It was something else a moment ago.
  if (examined.ok() && examined->stat.stat.is_directory) return PosixError(EAGAIN, action, root.Show(path));
  return NotDirectoryError(root.Show(path));
}

}  // namespace

std::string PosixRoot::Show(absl::string_view path) const {
  const std::string joined = JoinPath(shown, path);
  return joined.empty() ? "the project directory" : joined;
}

absl::Status PosixError(int error, absl::string_view action, absl::string_view shown) {
  const auto message = [&](absl::string_view advice) {
    const std::string attempt = absl::StrCat("cannot ", action, " ", Quoted(shown));
    return absl::StrCat(absl::ErrnoToStatus(error, attempt).message(), "; ", advice);
  };
  switch (error) {
    case ENOENT:
      return NoSuchPathError(shown);
    case ENOTDIR:
      return NotDirectoryError(shown);
    case EISDIR:
      return IsDirectoryError(shown);
    case EEXIST:
      return AlreadyExistsAtPathError(shown);
    case ENOTEMPTY:
      return DirectoryNotEmptyError(shown);
    case ELOOP:
      // Not in the system's words, which speak of too many levels.
      return absl::PermissionDeniedError(
          absl::StrCat("cannot ", action, " ", Quoted(shown),
                       ": a symbolic link is in the way and none is followed; put what it points to in its place"));
    case EXDEV:
      return absl::PermissionDeniedError(message("the path leaves the directory it is in, name one that stays inside"));
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message("let the user that the agent runs as do so"));
    case EROFS:
      return absl::PermissionDeniedError(message("mount the file system writable"));
    case ETXTBSY:
    case ENXIO:
    case ENODEV:
      return absl::PermissionDeniedError(message("only regular files and directories are read and written"));
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(message("free some space and try again"));
    case EMFILE:
    case ENFILE:
    case ENOMEM:
      return absl::ResourceExhaustedError(message("raise the limits of the agent's process or try again later"));
    case ENAMETOOLONG:
    case EINVAL:
    case EILSEQ:
      return absl::InvalidArgumentError(message("the file system cannot do that, choose another name"));
    case EINTR:
    case EAGAIN:
      return absl::UnavailableError(message("it kept changing meanwhile, try again"));
    case ENOSYS:
      return absl::UnimplementedError(message("Linux 5.6 or newer is needed"));
    default:
      return absl::InternalError(message("check the disk and the kernel's log"));
  }
}

absl::StatusOr<PosixRoot> OpenRootDirectory(const std::string& path) {
  const int fd = OpenAt2(AT_FDCWD, path, O_PATH | O_DIRECTORY, 0, 0);
  if (fd >= 0) return PosixRoot{UniqueFd(fd), ""};
  if (fd != -ENOENT && fd != -ENOTDIR && fd != -ELOOP) return PosixError(-fd, "open the project directory", path);
  return absl::FailedPreconditionError(
      absl::StrCat("there is no project directory ", Quoted(path),
                   ": it was moved or removed, or a symbolic link is in its path; put it back, or start the agent anew "
                   "with the directory's real path"));
}

int OpenBeneath(int directory, absl::string_view path, int flags, mode_t mode) {
  if ((flags & O_PATH) == 0) flags |= O_NONBLOCK | O_NOCTTY;
  return OpenAt2(directory, path.empty() ? "." : std::string(path), flags, mode, RESOLVE_BENEATH);
}

absl::StatusOr<PosixStat> DescribeFd(int fd, absl::string_view shown) {
  PosixStat result;
  if (const int error = DescribeAt(fd, "", result); error != 0) return PosixError(error, "look at", shown);
  return result;
}

absl::StatusOr<PosixStat> DescribeEntry(int directory, absl::string_view name, const PosixRoot& root,
                                        absl::string_view path, absl::string_view action) {
  PosixStat result;
  const int error = DescribeAt(directory, std::string(name).c_str(), result);
  if (error != 0) return PosixError(error, action, root.Show(path));
  RETURN_IF_ERROR(CheckFileOrDirectory(result.mode, root, path));
  return result;
}

absl::StatusOr<PosixFile> Examine(const PosixRoot& root, absl::string_view path, absl::string_view action) {
  const int fd = OpenBeneath(root.fd.get(), path, O_PATH);
  // A file among the directories above it means that it does not exist.
  if (fd < 0) return PosixError(fd == -ENOTDIR ? ENOENT : -fd, action, root.Show(path));
  PosixFile file{UniqueFd(fd), {}};
  ASSIGN_OR_RETURN(file.stat, DescribeFd(fd, root.Show(path)));
  RETURN_IF_ERROR(CheckFileOrDirectory(file.stat.mode, root, path));
  return file;
}

absl::StatusOr<PosixFile> OpenRegularFile(const PosixRoot& root, absl::string_view path, int flags,
                                          absl::string_view action) {
  ASSIGN_OR_RETURN(const PosixFile examined, Examine(root, path, action));
  if (examined.stat.stat.is_directory) return IsDirectoryError(root.Show(path));
  const int fd = OpenBeneath(root.fd.get(), path, flags);
  if (fd < 0) return PosixError(-fd, action, root.Show(path));
  PosixFile file{UniqueFd(fd), {}};
  // Looked at again, because something else may have taken its place since.
  ASSIGN_OR_RETURN(file.stat, DescribeFd(fd, root.Show(path)));
  RETURN_IF_ERROR(CheckFileOrDirectory(file.stat.mode, root, path));
  if (file.stat.stat.is_directory) return IsDirectoryError(root.Show(path));
  return file;
}

absl::StatusOr<UniqueFd> OpenDirectory(const PosixRoot& root, absl::string_view path, absl::string_view action) {
  const int fd = OpenBeneath(root.fd.get(), path, O_RDONLY | O_DIRECTORY);
  if (fd >= 0) return UniqueFd(fd);
  return DirectoryError(root, path, -fd, action);
}

absl::StatusOr<UniqueFd> OpenOrCreateDirectory(const PosixRoot& root, absl::string_view path, mode_t mode) {
  constexpr char kAction[] = "make the directory";
  int fd = OpenBeneath(root.fd.get(), path, O_RDONLY | O_DIRECTORY);
  if (fd >= 0) return UniqueFd(fd);
  if (fd != -ENOENT || path.empty()) return DirectoryError(root, path, -fd, kAction);
  ASSIGN_OR_RETURN(UniqueFd parent, OpenOrCreateDirectory(root, ParentPath(path), mode));
  const std::string name(BaseName(path));
  if (::mkdirat(parent.get(), name.c_str(), mode) != 0 && errno != EEXIST) {
    return PosixError(errno, kAction, root.Show(path));
  }
  if (const int error = SyncDirectory(parent.get()); error != 0) return PosixError(error, kAction, root.Show(path));
  fd = OpenBeneath(parent.get(), name, O_RDONLY | O_DIRECTORY);
  if (fd < 0) return DirectoryError(root, path, -fd, kAction);
  return UniqueFd(fd);
}

int WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return EIO;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int SyncFile(int fd) { return ::fsync(fd) == 0 ? 0 : errno; }

int SyncDirectory(int fd) {
  const int error = SyncFile(fd);
  return error == EINVAL ? 0 : error;
}

}  // namespace specrelay
