#include "mcp_agent/tree/local_file_system.h"

#include <fcntl.h>
#include <linux/magic.h>

#include <string>

#include "gtest/gtest.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {
namespace {

TEST(LocalFileSystemTest, TheUsualOnesAre) {
  for (const uint64_t type : {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, TMPFS_MAGIC, OVERLAYFS_SUPER_MAGIC}) {
    EXPECT_TRUE(IsLocalFileSystem(type)) << type;
  }
  EXPECT_TRUE(IsLocalFileSystem(BTRFS_SUPER_MAGIC));
  EXPECT_TRUE(IsLocalFileSystem(F2FS_SUPER_MAGIC));
}

TEST(LocalFileSystemTest, OthersAreNot) {
  constexpr uint64_t kCifs = 0xFF534D42;
  constexpr uint64_t kFuse = 0x65735546;
  for (const uint64_t type : {uint64_t{NFS_SUPER_MAGIC}, uint64_t{V9FS_MAGIC}, kCifs, kFuse, uint64_t{0}}) {
    EXPECT_FALSE(IsLocalFileSystem(type)) << type;
  }
}

TEST(LocalFileSystemTest, ADescriptorAndAPathAreJudgedByWhatTheyAreOn) {
  const UniqueFd proc(::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC));
  EXPECT_FALSE(IsOnLocalFileSystem(proc.get()));
  EXPECT_FALSE(IsOnLocalFileSystem(-1));
  EXPECT_FALSE(IsOnLocalFileSystem("/proc"));
  EXPECT_FALSE(IsOnLocalFileSystem("/proc/there/is/no/such/directory"));
  EXPECT_FALSE(IsOnLocalFileSystem(""));
}

TEST(LocalFileSystemTest, WhatIsYetToBeMadeIsJudgedByWhereItWouldBe) {
  const std::string there = testing::TempDir();
  EXPECT_EQ(IsOnLocalFileSystem(there + "/yet/to/be/made"), IsOnLocalFileSystem(there));
  EXPECT_EQ(IsOnLocalFileSystem("yet-to-be-made"), IsOnLocalFileSystem("."));
}

}  // namespace
}  // namespace specrelay
