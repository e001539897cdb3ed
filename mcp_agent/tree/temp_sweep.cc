#include "mcp_agent/tree/temp_sweep.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "mcp_agent/tree/directory_scan.h"
#include "mcp_agent/tree/tree_path.h"

namespace specrelay {
namespace {

constexpr int kMaxDirectories = 10'000;

bool RemoveWhenOld(int directory, const std::string& name, absl::Time older_than) {
  struct stat raw = {};
  if (::fstatat(directory, name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(raw.st_mode)) return false;
  return absl::TimeFromTimespec(raw.st_mtim) < older_than && ::unlinkat(directory, name.c_str(), 0) == 0;
}

}  // namespace

int SweepTempFiles(const PosixRoot& root, absl::Time older_than) {
  int removed = 0;
  std::vector<std::string> to_visit = {""};
  for (int visited = 0; visited < kMaxDirectories && !to_visit.empty(); ++visited) {
    const std::string path = std::move(to_visit.back());
    to_visit.pop_back();
    const int fd = OpenBeneath(root.fd.get(), path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) continue;
    const UniqueFd directory(fd);
    std::vector<RawDirectoryEntry> entries;
    ScanDirectory(UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 0)), entries);
    for (const RawDirectoryEntry& entry : entries) {
      std::string below = JoinPath(path, entry.name);
      if (entry.is_directory && below.size() <= kMaxPathBytes) to_visit.push_back(std::move(below));
      if (entry.is_regular_file && IsTempFileName(entry.name) && RemoveWhenOld(fd, entry.name, older_than)) ++removed;
    }
  }
  return removed;
}

}  // namespace specrelay
