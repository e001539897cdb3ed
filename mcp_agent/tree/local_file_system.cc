#include "mcp_agent/tree/local_file_system.h"

#include <sys/vfs.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace specrelay {
namespace {

// The type has 32 bits, which some architectures extend by sign.
bool IsLocal(const struct statfs& raw) { return IsLocalFileSystem(static_cast<uint32_t>(raw.f_type)); }

}  // namespace

bool IsLocalFileSystem(uint64_t file_system_type) {
  switch (file_system_type) {
    case 0xEF53:      // ext2, ext3, ext4
    case 0x58465342:  // xfs
    case 0x9123683E:  // btrfs
    case 0x01021994:  // tmpfs
    case 0xF2F52010:  // f2fs
    case 0x2FC12FC1:  // zfs
    case 0x794C7630:  // overlayfs
    case 0xCA451A4E:  // bcachefs
      return true;
    default:
      return false;
  }
}

bool IsOnLocalFileSystem(int fd) {
  struct statfs raw = {};
  return ::fstatfs(fd, &raw) == 0 && IsLocal(raw);
}

bool IsOnLocalFileSystem(std::string path) {
  struct statfs raw = {};
  while (::statfs(path.c_str(), &raw) != 0) {
    std::string parent = std::filesystem::path(path).parent_path();
    if (errno != ENOENT || parent == path) return false;
    path = parent.empty() ? "." : std::move(parent);
  }
  return IsLocal(raw);
}

}  // namespace specrelay
