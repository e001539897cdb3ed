#include "mcp_agent/tree/posix_incoming_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/posix_writer.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/sha256_stream.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// After each of these the disk begins to write, so that Sync() does not wait for all of it at the end.
constexpr int64_t kWriteBehindBytes = int64_t{4} << 20;

class PosixIncomingFile final : public IncomingFile {
 public:
  // With a `name`, it is a file in `directory`; without, it has no name anywhere.
  PosixIncomingFile(UniqueFd fd, UniqueFd directory, std::string name, std::string shown, int64_t max_bytes)
      : fd_(std::move(fd)),
        directory_(std::move(directory)),
        name_(std::move(name)),
        shown_(std::move(shown)),
        max_bytes_(max_bytes) {}
  ~PosixIncomingFile() override {
    if (!name_.empty() && !linked_) ::unlinkat(directory_.get(), name_.c_str(), 0);
  }

  absl::Status Append(absl::string_view bytes) override {
    const auto size = static_cast<int64_t>(bytes.size());
    if (size > max_bytes_ - size_bytes_) return FileTooLargeError(shown_, size_bytes_ + size, max_bytes_);
    if (const int error = WriteAll(fd_.get(), bytes); error != 0) return PosixError(error, "write", shown_);
    digest_.Update(bytes);
    size_bytes_ += size;
    if (size_bytes_ - flushed_bytes_ >= kWriteBehindBytes) {
      // Only a hint, which some file systems do not take.
      ::sync_file_range(fd_.get(), flushed_bytes_, size_bytes_ - flushed_bytes_, SYNC_FILE_RANGE_WRITE);
      flushed_bytes_ = size_bytes_;
    }
    return absl::OkStatus();
  }

  absl::Status Sync() override {
    const int error = SyncFile(fd_.get());
    return error == 0 ? absl::OkStatus() : PosixError(error, "write", shown_);
  }

  int64_t size_bytes() const override { return size_bytes_; }
  std::string hash() const override { return digest_.HexDigest(); }

  int fd() const { return fd_.get(); }

  // Puts the file into `directory` under the name `name`. 0 or an errno value.
  int LinkAs(int directory, const std::string& name) {
    if (!name_.empty()) {
      if (::renameat(directory_.get(), name_.c_str(), directory, name.c_str()) != 0) return errno;
    } else if (::linkat(AT_FDCWD, absl::StrCat("/proc/self/fd/", fd_.get()).c_str(), directory, name.c_str(),
                        AT_SYMLINK_FOLLOW) != 0) {
      return errno;
    }
    linked_ = true;
    return 0;
  }

 private:
  const UniqueFd fd_;
  const UniqueFd directory_;
  const std::string name_;
  const std::string shown_;
  const int64_t max_bytes_;
  int64_t size_bytes_ = 0;
  int64_t flushed_bytes_ = 0;
  bool linked_ = false;
  Sha256Stream digest_;
};

// Unless it is placed, the name goes again.
absl::StatusOr<StagedFile> DescribeStaged(const PosixRoot& root, absl::string_view path, int directory,
                                          const std::string& name, PosixIncomingFile& content) {
  int error = SyncFile(content.fd());
  if (error == 0) error = SyncDirectory(directory);
  absl::StatusOr<PosixStat> staged = DescribeFd(content.fd(), root.Show(path));
  if (error != 0) staged = PosixError(error, "write", root.Show(path));
  if (!staged.ok()) {
    ::unlinkat(directory, name.c_str(), 0);
    return staged.status();
  }
  return StagedFile{JoinPath(ParentPath(path), name), staged->stat};
}

}  // namespace

absl::StatusOr<std::unique_ptr<IncomingFile>> PosixOpenUnnamed(const PosixRoot& root, absl::string_view path,
                                                               int64_t max_bytes) {
  absl::string_view directory = ParentPath(path);
  int fd = OpenBeneath(root.fd.get(), directory, O_TMPFILE | O_RDWR, kFileMode);
  while (fd == -ENOENT && !directory.empty()) {
    directory = ParentPath(directory);
    fd = OpenBeneath(root.fd.get(), directory, O_TMPFILE | O_RDWR, kFileMode);
  }
  if (fd == -EOPNOTSUPP || fd == -EISDIR || fd == -EINVAL) return nullptr;
  if (fd < 0) {
    // Says what is in the way, where it is the directory.
    RETURN_IF_ERROR(OpenDirectory(root, directory, "write to").status());
    return PosixError(-fd, "write", root.Show(path));
  }
  return std::make_unique<PosixIncomingFile>(UniqueFd(fd), UniqueFd(), "", root.Show(path), max_bytes);
}

absl::StatusOr<std::unique_ptr<IncomingFile>> PosixOpenNamed(const PosixRoot& root, absl::string_view directory,
                                                             std::string shown, int64_t max_bytes) {
  ASSIGN_OR_RETURN(UniqueFd opened, OpenOrCreateDirectory(root, directory, kDirectoryMode));
  std::string name = NewTempFileName();
  const int fd = OpenBeneath(opened.get(), name, O_RDWR | O_CREAT | O_EXCL, kFileMode);
  if (fd < 0) return PosixError(-fd, "write", shown);
  return std::make_unique<PosixIncomingFile>(UniqueFd(fd), std::move(opened), std::move(name), std::move(shown),
                                             max_bytes);
}

absl::StatusOr<StagedFile> PosixStageIncoming(const PosixRoot& root, absl::string_view path, IncomingFile& content) {
  auto* const own = dynamic_cast<PosixIncomingFile*>(&content);
  if (own == nullptr) return absl::InternalError("content of another tree cannot be staged; report this");
  const std::string shown = root.Show(path);
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenOrCreateDirectory(root, ParentPath(path), kDirectoryMode));
  ASSIGN_OR_RETURN(const absl::optional<PosixStat> replaced, FindReplaced(root, path));
  int error = replaced.has_value() ? TakeOver(own->fd(), *replaced) : 0;
  const std::string name = NewTempFileName();
  if (error == 0) error = own->LinkAs(directory.get(), name);
  if (error == EXDEV) {
    return absl::FailedPreconditionError(absl::StrCat(
        Quoted(shown), " is on another file system than where its content lies; keep the whole tree on one"));
  }
  if (error != 0) return PosixError(error, "write", shown);
  return DescribeStaged(root, path, directory.get(), name, *own);
}

}  // namespace specrelay
