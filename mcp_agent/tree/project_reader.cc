#include "mcp_agent/tree/project_reader.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/posix_open_file.h"
#include "mcp_agent/tree/posix_reader.h"
#include "mcp_agent/tree/read_only_tree.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class ProjectReader final : public ReadOnlyTree {
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

 private:
  absl::Status ReadOnly() const override {
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
