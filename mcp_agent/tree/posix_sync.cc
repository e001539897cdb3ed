#include "mcp_agent/tree/posix_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <system_error>
#include <thread>

#include "mcp_agent/tree/unique_fd.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxThreads = 8;

struct Opened {
  UniqueFd fd;
  bool is_directory = false;
  const std::string* path = nullptr;
  int error = 0;  // of its sync
};

// What has been removed or replaced meanwhile is not what was written, hence needs no sync.
bool IsGone(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsPermissionDenied(status) || absl::IsInvalidArgument(status);
}

absl::Status Open(const PosixRoot& root, const std::string& path, std::vector<Opened>& opened) {
  const absl::StatusOr<PosixFile> examined = Examine(root, path, "sync");
  if (IsGone(examined.status())) return absl::OkStatus();
  RETURN_IF_ERROR(examined.status());
  const bool is_directory = examined->stat.stat.is_directory;
  int fd = OpenBeneath(root.fd.get(), path, O_RDONLY);
  // One may be allowed to write a file and not to read it.
  if (fd == -EACCES && !is_directory) fd = OpenBeneath(root.fd.get(), path, O_WRONLY);
  if (fd == -ENOENT) return absl::OkStatus();
  if (fd < 0) return PosixError(-fd, "sync", root.Show(path));
  opened.push_back({UniqueFd(fd), is_directory, &path});
  return absl::OkStatus();
}

}  // namespace

absl::Status PosixSync(const PosixRoot& root, const std::vector<std::string>& paths) {
  std::vector<Opened> opened;
  for (const std::string& path : paths) RETURN_IF_ERROR(Open(root, path, opened));
  std::atomic<size_t> next{0};
  const auto sync_rest = [&] {
    for (size_t i = next++; i < opened.size(); i = next++) {
      Opened& one = opened[i];
      one.error = one.is_directory ? SyncDirectory(one.fd.get()) : SyncFile(one.fd.get());
    }
  };
  std::vector<std::thread> helpers;
  while (helpers.size() + 1 < std::min(opened.size(), kMaxThreads)) {
    try {
      helpers.emplace_back(sync_rest);
    } catch (const std::system_error&) {
      break;  // fewer do it too
    }
  }
  sync_rest();
  for (std::thread& helper : helpers) helper.join();
  for (const Opened& one : opened) {
    if (one.error != 0) return PosixError(one.error, "sync", root.Show(*one.path));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
