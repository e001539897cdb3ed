#include "mcp_agent/machine_directory.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/posix_tree.h"

namespace specrelay {

absl::StatusOr<std::unique_ptr<Tree>> OpenMachineDirectory(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path wanted = std::filesystem::absolute(directory, error).lexically_normal();
  const std::filesystem::path path = wanted.has_filename() ? wanted : wanted.parent_path();
  if (directory.empty() || error || !path.has_filename()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", directory, "' cannot be the agent's directory; give another with SPECRELAY_HOME"));
  }
  std::filesystem::create_directories(path.parent_path(), error);
  const std::filesystem::path parent = std::filesystem::canonical(path.parent_path(), error);
  if (error) {
    return absl::FailedPreconditionError(absl::StrCat("the agent's directory '", path.string(), "' cannot be used (",
                                                      error.message(), "); give another with SPECRELAY_HOME"));
  }
  PosixTree::Options options;
  options.name = path.filename().string();
  return PosixTree::Open(parent.string(), std::move(options));
}

}  // namespace specrelay
