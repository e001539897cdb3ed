#include "mcp_agent/watch/reporting_file_system.h"

#include <sys/vfs.h>

namespace specrelay {

bool ReportsAllChanges(uint64_t file_system_type) {
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

bool IsOnReportingFileSystem(int fd) {
  struct statfs raw = {};
  // 32 bits, which some architectures extend by sign.
  return ::fstatfs(fd, &raw) == 0 && ReportsAllChanges(static_cast<uint32_t>(raw.f_type));
}

}  // namespace specrelay
