#include "mcp_agent/tree/posix_writer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr mode_t kPermissions = 0777;

// A new file under a name of its own, removed again unless it is kept.
class TempFile {
 public:
  // `directory` must outlive this.
  explicit TempFile(int directory) : directory_(directory), name_(NewTempFileName()) {}
  ~TempFile() {
    if (fd_.valid() && !kept_) ::unlinkat(directory_, name_.c_str(), 0);
  }
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;

  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }

  // Each 0 or an errno value.
  int Create(const absl::optional<PosixStat>& replaced) {
    const int fd =
        OpenBeneath(directory_, name_, O_WRONLY | O_CREAT | O_EXCL, replaced ? S_IRUSR | S_IWUSR : kFileMode);
    if (fd < 0) return -fd;
    fd_.reset(fd);
    return replaced ? TakeOver(fd, *replaced) : 0;
  }

  int Fill(absl::string_view bytes) { return WriteAll(fd_.get(), bytes); }

  void Keep() { kept_ = true; }

 private:
  const int directory_;
  const std::string name_;
  UniqueFd fd_;
  bool kept_ = false;
};

// Opens `path` for appending, making it when it is missing.
absl::StatusOr<PosixFile> OpenForAppend(const PosixRoot& root, absl::string_view path) {
  absl::StatusOr<PosixFile> existing = OpenRegularFile(root, path, O_WRONLY | O_APPEND, "append to");
  if (!absl::IsNotFound(existing.status())) return existing;
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenOrCreateDirectory(root, ParentPath(path), kDirectoryMode));
  const int fd = OpenBeneath(directory.get(), BaseName(path), O_WRONLY | O_APPEND | O_CREAT | O_EXCL, kFileMode);
  if (fd < 0) return PosixError(-fd, "append to", root.Show(path));
  PosixFile made{UniqueFd(fd), {}};
  if (const int error = SyncDirectory(directory.get()); error != 0) {
    return PosixError(error, "append to", root.Show(path));
  }
  ASSIGN_OR_RETURN(made.stat, DescribeFd(fd, root.Show(path)));
  return made;
}

}  // namespace

absl::StatusOr<absl::optional<PosixStat>> FindReplaced(const PosixRoot& root, absl::string_view path) {
  absl::StatusOr<PosixFile> examined = Examine(root, path, "write");
  if (absl::IsNotFound(examined.status())) return absl::optional<PosixStat>();
  RETURN_IF_ERROR(examined.status());
  if (examined->stat.stat.is_directory) return IsDirectoryError(root.Show(path));
  // Replacing a file needs no permission on it, but one who made it read-only meant it.
  if (::faccessat(examined->fd.get(), "", W_OK, AT_EACCESS | AT_EMPTY_PATH) != 0 &&
      (errno == EACCES || errno == EROFS)) {
    return PosixError(errno, "write", root.Show(path));
  }
  return absl::make_optional(examined->stat);
}

int TakeOver(int fd, const PosixStat& replaced) {
  // An agent that runs as root leaves the file to its owner; for anybody else this may fail, and then it is theirs.
  const bool keeps_owner = ::fchown(fd, replaced.owner, replaced.group) == 0;
  static_cast<void>(keeps_owner);
  return ::fchmod(fd, replaced.mode & kPermissions) == 0 ? 0 : errno;
}

absl::StatusOr<StagedFile> PosixStage(const PosixRoot& root, absl::string_view path, absl::string_view bytes,
                                      int64_t max_bytes) {
  const std::string shown = root.Show(path);
  const int64_t size_bytes = static_cast<int64_t>(bytes.size());
  if (size_bytes > max_bytes) return FileTooLargeError(shown, size_bytes, max_bytes);
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenOrCreateDirectory(root, ParentPath(path), kDirectoryMode));
  ASSIGN_OR_RETURN(const absl::optional<PosixStat> replaced, FindReplaced(root, path));
  TempFile temp(directory.get());
  int error = temp.Create(replaced);
  if (error == 0) error = temp.Fill(bytes);
  if (error != 0) return PosixError(error, "write", shown);
  ASSIGN_OR_RETURN(const PosixStat staged, DescribeFd(temp.fd(), shown));
  temp.Keep();
  return StagedFile{JoinPath(ParentPath(path), temp.name()), staged.stat};
}

absl::Status PosixRestage(const PosixRoot& root, absl::string_view staged_path, absl::string_view bytes,
                          absl::Time last_modified, int64_t max_bytes) {
  const std::string shown = root.Show(staged_path);
  if (!IsTempFileName(BaseName(staged_path))) {
    return absl::InvalidArgumentError(absl::StrCat(Quoted(shown), " was not staged"));
  }
  const int64_t size_bytes = static_cast<int64_t>(bytes.size());
  if (size_bytes > max_bytes) return FileTooLargeError(shown, size_bytes, max_bytes);
  ASSIGN_OR_RETURN(const PosixFile staged, OpenRegularFile(root, staged_path, O_WRONLY, "write"));
  int error = WriteAll(staged.fd.get(), bytes);
  if (error == 0 && ::ftruncate(staged.fd.get(), size_bytes) != 0) error = errno;
  const timespec times[] = {{0, UTIME_OMIT}, absl::ToTimespec(last_modified)};
  if (error == 0 && ::futimens(staged.fd.get(), times) != 0) error = errno;
  return error == 0 ? absl::OkStatus() : PosixError(error, "write", shown);
}

absl::Status PosixPlace(const PosixRoot& root, absl::string_view staged_path, absl::string_view path) {
  if (!IsTempFileName(BaseName(staged_path)) || ParentPath(staged_path) != ParentPath(path)) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(root.Show(staged_path)), " was not staged for ", Quoted(root.Show(path))));
  }
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenDirectory(root, ParentPath(path), "write to"));
  // The kernel refuses to replace a directory, and replaces a symbolic link rather than what it points to.
  int error = 0;
  if (::renameat(directory.get(), std::string(BaseName(staged_path)).c_str(), directory.get(),
                 std::string(BaseName(path)).c_str()) != 0) {
    error = errno;
  }
  if (error == EISDIR) return IsDirectoryError(root.Show(path));
  return error == 0 ? absl::OkStatus() : PosixError(error, "write", root.Show(path));
}

void PosixDiscard(const PosixRoot& root, absl::string_view staged_path) {
  if (!IsTempFileName(BaseName(staged_path))) return;
  const absl::StatusOr<UniqueFd> directory = OpenDirectory(root, ParentPath(staged_path), "tidy up");
  if (directory.ok()) ::unlinkat(directory->get(), std::string(BaseName(staged_path)).c_str(), 0);
}

absl::Status PosixAppend(const PosixRoot& root, absl::string_view path, absl::string_view bytes, int64_t max_bytes,
                         AppendSync sync) {
  const int64_t added_bytes = static_cast<int64_t>(bytes.size());
  if (added_bytes > max_bytes) return FileTooLargeError(root.Show(path), added_bytes, max_bytes);
  ASSIGN_OR_RETURN(const PosixFile file, OpenForAppend(root, path));
  const int64_t old_bytes = file.stat.stat.size_bytes;
  if (old_bytes > max_bytes - added_bytes) {
    return FileTooLargeError(root.Show(path), old_bytes + added_bytes, max_bytes);
  }
  int error = WriteAll(file.fd.get(), bytes);
  if (error == 0 && sync == AppendSync::kBeforeReturn && ::fdatasync(file.fd.get()) != 0) error = errno;
  if (error == 0) return absl::OkStatus();
  // What fitted goes again, so that the next line does not start in the middle of this one.
  if (::ftruncate(file.fd.get(), old_bytes) != 0) return PosixError(errno, "undo a failed append to", root.Show(path));
  return PosixError(error, "append to", root.Show(path));
}

absl::Status PosixRename(const PosixRoot& root, absl::string_view from, absl::string_view to) {
  ASSIGN_OR_RETURN(const PosixFile moved, Examine(root, from, "move"));
  if (absl::StartsWith(to, absl::StrCat(from, "/"))) {
    // Said here, because the kernel says EINVAL, as it does of a file system that cannot rename without replacing.
    return moved.stat.stat.is_directory ? MoveIntoItselfError(root.Show(from)) : NotDirectoryError(root.Show(from));
  }
  ASSIGN_OR_RETURN(const UniqueFd from_directory, OpenDirectory(root, ParentPath(from), "move"));
  ASSIGN_OR_RETURN(const UniqueFd to_directory, OpenOrCreateDirectory(root, ParentPath(to), kDirectoryMode));
  const std::string from_name(BaseName(from));
  const std::string to_name(BaseName(to));
  int error = 0;
  if (::renameat2(from_directory.get(), from_name.c_str(), to_directory.get(), to_name.c_str(), RENAME_NOREPLACE) !=
      0) {
    error = errno;
  }
  if (error == EINVAL) error = RenameAfterLooking(from_directory.get(), from_name, to_directory.get(), to_name);
  if (error == EEXIST) return AlreadyExistsAtPathError(root.Show(to));
  if (error == EXDEV) {
    return absl::FailedPreconditionError(absl::StrCat(Quoted(root.Show(to)), " is on another file system than ",
                                                      Quoted(root.Show(from)), "; keep the whole tree on one"));
  }
  if (error != 0) return PosixError(error, "move", root.Show(from));
  // The new place first: a crash in between then shows it in both, rather than in none.
  error = SyncDirectory(to_directory.get());
  if (error == 0) error = SyncDirectory(from_directory.get());
  return error == 0 ? absl::OkStatus() : PosixError(error, "move", root.Show(from));
}

absl::Status PosixRemove(const PosixRoot& root, absl::string_view path) {
  ASSIGN_OR_RETURN(const PosixFile examined, Examine(root, path, "remove"));
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenDirectory(root, ParentPath(path), "remove"));
  const int flags = examined.stat.stat.is_directory ? AT_REMOVEDIR : 0;
  int error = 0;
  if (::unlinkat(directory.get(), std::string(BaseName(path)).c_str(), flags) != 0) error = errno;
  if (error == 0) error = SyncDirectory(directory.get());
  // Some file systems say EEXIST of a directory that is not empty.
  if (error == EEXIST) error = ENOTEMPTY;
  return error == 0 ? absl::OkStatus() : PosixError(error, "remove", root.Show(path));
}

int RenameAfterLooking(int from_directory, const std::string& from, int to_directory, const std::string& to) {
  struct stat ignored = {};
  if (::fstatat(to_directory, to.c_str(), &ignored, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  if (errno != ENOENT) return errno;
  return ::renameat(from_directory, from.c_str(), to_directory, to.c_str()) == 0 ? 0 : errno;
}

}  // namespace specrelay
