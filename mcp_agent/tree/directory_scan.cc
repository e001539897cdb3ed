#include "mcp_agent/tree/directory_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

struct CloseDirectory {
  void operator()(DIR* stream) const { ::closedir(stream); }
};

// Fills in the type of `entry`; false when it has gone meanwhile.
bool ReadType(DIR* stream, unsigned char type, RawDirectoryEntry& entry) {
  if (type == DT_UNKNOWN) {
    struct stat raw = {};
    if (::fstatat(::dirfd(stream), entry.name.c_str(), &raw, AT_SYMLINK_NOFOLLOW) != 0) return false;
    type = IFTODT(raw.st_mode);
  }
  entry.is_directory = type == DT_DIR;
  entry.is_regular_file = type == DT_REG;
  return true;
}

}  // namespace

int ScanDirectory(UniqueFd directory, std::vector<RawDirectoryEntry>& entries) {
  const std::unique_ptr<DIR, CloseDirectory> stream(::fdopendir(directory.get()));
  if (stream == nullptr) return errno;
  directory.release();  // the stream's now
  while (true) {
    errno = 0;
    const dirent* const raw = ::readdir(stream.get());
    if (raw == nullptr) return errno;
    const absl::string_view name = raw->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() >= kMaxDirectoryEntries) return EOVERFLOW;
    RawDirectoryEntry entry;
    entry.name = std::string(name);
    if (ReadType(stream.get(), raw->d_type, entry)) entries.push_back(std::move(entry));
  }
}

}  // namespace specrelay
