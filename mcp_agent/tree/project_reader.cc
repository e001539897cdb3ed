#include "mcp_agent/tree/project_reader.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/posix_open_file.h"
#include "mcp_agent/tree/posix_reader.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class ProjectReader final : public Tree {
 public:
  explicit ProjectReader(absl::string_view project_directory) : project_directory_(project_directory) {}

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override {
    RETURN_IF_ERROR(CheckRemotePath(path, RemoteAccess::kRead));
    ASSIGN_OR_RETURN(const PosixRoot root, OpenRootDirectory(project_directory_));
    return PosixRead(root, path, max_bytes);
  }

  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override {
    RETURN_IF_ERROR(CheckRemotePath(path, RemoteAccess::kRead));
    ASSIGN_OR_RETURN(const PosixRoot root, OpenRootDirectory(project_directory_));
    return PosixReadFrom(root, path, offset, max_bytes);
  }

  absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(absl::string_view path) const override {
    RETURN_IF_ERROR(CheckRemotePath(path, RemoteAccess::kRead));
    ASSIGN_OR_RETURN(const PosixRoot root, OpenRootDirectory(project_directory_));
    return PosixOpenToRead(root, path);
  }

  absl::StatusOr<FileStat> Stat(absl::string_view path) const override {
    RETURN_IF_ERROR(CheckRemotePath(path, RemoteAccess::kRead));
    ASSIGN_OR_RETURN(const PosixRoot root, OpenRootDirectory(project_directory_));
    return PosixDescribe(root, path);
  }

  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override {
    RETURN_IF_ERROR(CheckRemotePath(path, RemoteAccess::kRead));
    ASSIGN_OR_RETURN(const PosixRoot root, OpenRootDirectory(project_directory_));
    return PosixList(root, path);
  }

  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration) override { return ReadOnly(); }
  absl::StatusOr<FileStat> Write(const TreeLock&, absl::string_view, absl::string_view) override { return ReadOnly(); }
  absl::StatusOr<StagedFile> Stage(const TreeLock&, absl::string_view, absl::string_view) override {
    return ReadOnly();
  }
  absl::Status Place(const TreeLock&, absl::string_view, absl::string_view) override { return ReadOnly(); }
  void Discard(const TreeLock&, absl::string_view) override {}
  absl::Status Sync(const TreeLock&, const std::vector<std::string>&) override { return ReadOnly(); }
  void DiscardAbandoned(const TreeLock&) override {}
  absl::Status Append(const TreeLock&, absl::string_view, absl::string_view) override { return ReadOnly(); }
  absl::Status AppendLazily(const TreeLock&, absl::string_view, absl::string_view) override { return ReadOnly(); }
  absl::Status Rename(const TreeLock&, absl::string_view, absl::string_view) override { return ReadOnly(); }
  absl::Status Remove(const TreeLock&, absl::string_view) override { return ReadOnly(); }

 private:
  static absl::Status ReadOnly() {
    return absl::PermissionDeniedError(
        absl::StrCat("files of the project outside ", Quoted(kTreeDirectory), " can only be read; write inside it"));
  }

  const std::string project_directory_;
};

}  // namespace

std::unique_ptr<Tree> NewProjectReader(absl::string_view project_directory) {
  return std::make_unique<ProjectReader>(project_directory);
}

}  // namespace specrelay
