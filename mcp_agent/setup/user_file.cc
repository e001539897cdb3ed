#include "mcp_agent/setup/user_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxBytes = size_t{1} << 20;
constexpr mode_t kNewFileMode = 0644;

absl::Status Failure(absl::string_view action, const std::string& path, absl::string_view reason) {
  return absl::FailedPreconditionError(absl::StrCat("cannot ", action, " ", Quoted(path), ": ", reason));
}

absl::Status SystemFailure(absl::string_view action, const std::string& path, int error) {
  return Failure(action, path, std::strerror(error));
}

// Where `path` leads in the end.
absl::StatusOr<fs::path> Target(const std::string& path) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(path, error))) return fs::path(path);
  const fs::path target = fs::canonical(path, error);
  if (error) return Failure("write", path, "it is a symbolic link that leads nowhere; remove it");
  return target;
}

// Writes what is to be at `target` into the file open on `fd`.
int Fill(int fd, const fs::path& target, absl::string_view content) {
  struct stat status;
  const mode_t mode = stat(target.c_str(), &status) == 0 ? status.st_mode & 07777 : kNewFileMode;
  const mode_t mask = umask(0);
  umask(mask);
  if (fchmod(fd, mode == kNewFileMode ? mode & ~mask : mode) != 0) return errno;
  if (const int error = WriteAll(fd, content); error != 0) return error;
  return SyncFile(fd);
}

}  // namespace

absl::StatusOr<std::string> ReadUserFile(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd.valid()) {
    if (errno == ENOENT) return std::string();
    return SystemFailure("read", path, errno);
  }
  struct stat status;
  if (fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return Failure("read", path, "it is no regular file");
  std::string content(kMaxBytes + 1, '\0');
  size_t length = 0;
  while (length < content.size()) {
    const ssize_t got = read(fd.get(), &content[length], content.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemFailure("read", path, errno);
    if (got == 0) break;
    length += static_cast<size_t>(got);
  }
  if (length > kMaxBytes) return Failure("read", path, "it has over 1 MiB, which no such file has");
  content.resize(length);
  return content;
}

absl::Status WriteUserFile(const std::string& path, absl::string_view content) {
  auto target = Target(path);
  if (!target.ok()) return target.status();
  std::error_code error;
  fs::create_directories(target->parent_path(), error);
  if (error) return Failure("make the directory of", path, error.message());
  std::string temporary = target->native() + ".XXXXXX";
  const UniqueFd fd(mkostemp(&temporary[0], O_CLOEXEC));
  if (!fd.valid()) return SystemFailure("write", path, errno);
  auto remove = absl::MakeCleanup([&temporary] { unlink(temporary.c_str()); });
  if (const int failure = Fill(fd.get(), *target, content); failure != 0) return SystemFailure("write", path, failure);
  if (rename(temporary.c_str(), target->c_str()) != 0) return SystemFailure("write", path, errno);
  std::move(remove).Cancel();
  const UniqueFd directory(open(target->parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int synced = directory.valid() ? SyncDirectory(directory.get()) : errno;
  return synced == 0 ? absl::OkStatus() : SystemFailure("write", path, synced);
}

}  // namespace specrelay
