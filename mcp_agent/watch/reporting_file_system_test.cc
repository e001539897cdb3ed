#include "mcp_agent/watch/reporting_file_system.h"

#include <fcntl.h>
#include <linux/magic.h>

#include "gtest/gtest.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {
namespace {

TEST(ReportingFileSystemTest, LocalOnesReportAllChanges) {
  for (const uint64_t type : {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC}) {
    EXPECT_TRUE(ReportsAllChanges(type)) << type;
  }
  EXPECT_TRUE(ReportsAllChanges(BTRFS_SUPER_MAGIC));
  EXPECT_TRUE(ReportsAllChanges(F2FS_SUPER_MAGIC));
}

TEST(ReportingFileSystemTest, OthersDoNot) {
  constexpr uint64_t kCifs = 0xFF534D42;
  constexpr uint64_t kFuse = 0x65735546;
  for (const uint64_t type : {uint64_t{NFS_SUPER_MAGIC}, uint64_t{V9FS_MAGIC}, kCifs, kFuse, uint64_t{0}}) {
    EXPECT_FALSE(ReportsAllChanges(type)) << type;
  }
}

TEST(ReportingFileSystemTest, ADescriptorIsJudgedByWhatItIsOpenOn) {
  const UniqueFd proc(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  EXPECT_FALSE(IsOnReportingFileSystem(proc.get()));
  EXPECT_FALSE(IsOnReportingFileSystem(-1));
}

}  // namespace
}  // namespace specrelay
