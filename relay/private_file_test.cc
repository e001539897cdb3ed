#include "relay/private_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr int64_t kLimit = 1 << 20;

mode_t ModeOf(const std::string& path) {
  struct stat stat;
  EXPECT_EQ(::stat(path.c_str(), &stat), 0);
  return stat.st_mode & 07777;
}

int EntriesOf(const std::string& directory) {
  int count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(directory)) ++count;
  return count;
}

TEST(PrivateFileTest, WhatWasWrittenIsRead) {
  const ScratchKeysFile file;
  const std::string bytes("a\0b\xff", 4);
  ASSERT_THAT(ReplacePrivateFile(file.path(), bytes), IsOk());
  ASSERT_OK_AND_ASSIGN(const PrivateFile read, ReadPrivateFile(file.path(), kLimit));
  EXPECT_EQ(read.bytes, bytes);
  ASSERT_OK_AND_ASSIGN(const FileSignature signature, SignatureOf(file.path()));
  EXPECT_TRUE(read.signature == signature);
}

TEST(PrivateFileTest, OnlyTheOwnerMayUseANewFileWhateverTheUmask) {
  const ScratchKeysFile file;
  for (const mode_t mask : {mode_t{0}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    const absl::Status status = ReplacePrivateFile(file.path(), "x");
    ::umask(before);
    ASSERT_THAT(status, IsOk());
    EXPECT_EQ(ModeOf(file.path()), 0600u);
  }
}

TEST(PrivateFileTest, ReplacingLeavesNothingElseBehind) {
  const ScratchKeysFile file;
  ASSERT_THAT(ReplacePrivateFile(file.path(), "one"), IsOk());
  ASSERT_THAT(ReplacePrivateFile(file.path(), "two"), IsOk());
  EXPECT_EQ(file.Read(), "two");
  EXPECT_EQ(EntriesOf(file.directory()), 1);
}

TEST(PrivateFileTest, AReplacedFileHasAnotherSignature) {
  const ScratchKeysFile file;
  ASSERT_THAT(ReplacePrivateFile(file.path(), "one"), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileSignature first, SignatureOf(file.path()));
  ASSERT_THAT(ReplacePrivateFile(file.path(), "two"), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileSignature second, SignatureOf(file.path()));
  EXPECT_FALSE(first == second);
}

TEST(PrivateFileTest, ALinkStaysAndItsTargetIsReplaced) {
  const ScratchKeysFile file;
  const std::string target = absl::StrCat(file.directory(), "/target.json");
  fs::create_symlink("target.json", file.path());
  ASSERT_THAT(ReplacePrivateFile(target, "one"), IsOk());
  ASSERT_THAT(ReplacePrivateFile(file.path(), "two"), IsOk());
  EXPECT_TRUE(fs::is_symlink(file.path()));
  ASSERT_OK_AND_ASSIGN(const PrivateFile read, ReadPrivateFile(target, kLimit));
  EXPECT_EQ(read.bytes, "two");
}

TEST(PrivateFileTest, AnExistingFileKeepsItsOwner) {
  const ScratchKeysFile file;
  file.Write("one");
  if (::chown(file.path().c_str(), 12345, 23456) != 0) GTEST_SKIP() << "only root outside a sandbox gives files away";
  ASSERT_THAT(ReplacePrivateFile(file.path(), "two"), IsOk());
  struct stat stat;
  ASSERT_EQ(::stat(file.path().c_str(), &stat), 0);
  EXPECT_EQ(stat.st_uid, 12345u);
  EXPECT_EQ(stat.st_gid, 23456u);
}

TEST(PrivateFileTest, AccessForAnyoneElseIsRefusedWithTheRemedy) {
  const ScratchKeysFile file;
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0644, 0610}) {
    file.Write("x", mode);
    EXPECT_THAT(ReadPrivateFile(file.path(), kLimit),
                IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr(absl::StrCat("chmod 600 ", file.path()))));
  }
  file.SetMode(0600);
  EXPECT_THAT(ReadPrivateFile(file.path(), kLimit), IsOk());
  file.SetMode(0400);
  EXPECT_THAT(ReadPrivateFile(file.path(), kLimit), IsOk());
}

TEST(PrivateFileTest, AMissingFileOrDirectoryIsNotFound) {
  const ScratchKeysFile file;
  const std::string elsewhere = absl::StrCat(file.directory(), "/missing/keys.json");
  EXPECT_THAT(ReadPrivateFile(file.path(), kLimit), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(SignatureOf(file.path()), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReplacePrivateFile(elsewhere, "x"), IsStatus(absl::StatusCode::kNotFound, HasSubstr("directory exists")));
  EXPECT_THAT(FileLock::Acquire(elsewhere, absl::Seconds(1)), HasCode(absl::StatusCode::kNotFound));
}

TEST(PrivateFileTest, DirectoriesAndPipesAreRefusedWithoutHanging) {
  const ScratchKeysFile file;
  EXPECT_THAT(ReadPrivateFile(file.directory(), kLimit),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("no regular file")));
  ASSERT_EQ(::mkfifo(file.path().c_str(), 0600), 0);
  EXPECT_THAT(ReadPrivateFile(file.path(), kLimit),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("no regular file")));
}

TEST(PrivateFileTest, AFileOverTheLimitIsRefusedAndOneAtTheLimitIsNot) {
  const ScratchKeysFile file;
  file.Write(std::string(100'000, 'x'));
  EXPECT_THAT(ReadPrivateFile(file.path(), 99'999), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(ReadPrivateFile(file.path(), 100'000), IsOk());
}

TEST(PrivateFileTest, AFailedReplacementKeepsTheOldContentAndCleansUp) {
  const ScratchKeysFile file;
  // A directory cannot be replaced by a file: the last step fails.
  fs::create_directory(file.path());
  EXPECT_FALSE(ReplacePrivateFile(file.path(), "x").ok());
  EXPECT_TRUE(fs::is_directory(file.path()));
  EXPECT_EQ(EntriesOf(file.directory()), 1);
}

TEST(PrivateFileTest, ALockThatIsHeldIsSaidSoAfterTheTimeout) {
  const ScratchKeysFile file;
  ASSERT_OK_AND_ASSIGN(const FileLock lock, FileLock::Acquire(file.path(), absl::Seconds(1)));
  EXPECT_THAT(FileLock::Acquire(file.path(), absl::Milliseconds(20)),
              IsStatus(absl::StatusCode::kUnavailable, HasSubstr("another process")));
}

TEST(PrivateFileTest, ALockIsFreeAgainAfterItsHolderIsGone) {
  const ScratchKeysFile file;
  { ASSERT_OK_AND_ASSIGN(const FileLock lock, FileLock::Acquire(file.path(), absl::Seconds(1))); }
  EXPECT_THAT(FileLock::Acquire(file.path(), absl::ZeroDuration()), IsOk());
  EXPECT_EQ(ModeOf(absl::StrCat(file.path(), ".lock")), 0600u);
}

TEST(PrivateFileTest, TheLockExcludesThreads) {
  const ScratchKeysFile file;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        const absl::StatusOr<FileLock> lock = FileLock::Acquire(file.path(), absl::Seconds(60));
        ASSERT_THAT(lock, IsOk());
        const int now = ++inside;
        if (now > most) most = now;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(most, 1);
}

}  // namespace
}  // namespace specrelay
