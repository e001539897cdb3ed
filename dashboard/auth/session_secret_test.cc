#include "dashboard/auth/session_secret.h"

#include <sys/stat.h>

#include <set>
#include <thread>
#include <vector>

#include "proto/support/testing/status_matchers.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

TEST(SessionSecretTest, IsMadeForTheOwnerAloneAndStays) {
  const ScratchKeysFile file;
  ASSERT_OK_AND_ASSIGN(const std::string secret, ReadOrMakeSessionSecret(file.path()));
  EXPECT_GE(secret.size(), kMinSessionSecretBytes);
  struct stat stat;
  ASSERT_EQ(::stat(file.path().c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0600u);
  ASSERT_OK_AND_ASSIGN(const std::string again, ReadOrMakeSessionSecret(file.path()));
  EXPECT_EQ(again, secret);
}

TEST(SessionSecretTest, DiffersFromFileToFile) {
  const ScratchKeysFile one;
  const ScratchKeysFile other;
  EXPECT_NE(*ReadOrMakeSessionSecret(one.path()), *ReadOrMakeSessionSecret(other.path()));
}

TEST(SessionSecretTest, IsOneForAllWhoStartAtOnce) {
  const ScratchKeysFile file;
  std::vector<std::string> secrets(8);
  std::vector<std::thread> threads;
  for (std::string& secret : secrets) {
    threads.emplace_back([&] { secret = ReadOrMakeSessionSecret(file.path()).value_or("failed"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(secrets.begin(), secrets.end()).size(), 1u);
  EXPECT_NE(secrets[0], "failed");
}

TEST(SessionSecretTest, IsReadAsAPersonWroteIt) {
  const ScratchKeysFile file;
  file.Write("  0123456789abcdef0123456789abcdef\n");
  EXPECT_EQ(*ReadOrMakeSessionSecret(file.path()), "0123456789abcdef0123456789abcdef");
}

TEST(SessionSecretTest, MustNotBeShort) {
  const ScratchKeysFile file;
  file.Write("0123456789abcdef0123456789abcde\n\n\n");
  EXPECT_THAT(ReadOrMakeSessionSecret(file.path()),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("fewer than 32")));
  file.Write("");
  EXPECT_THAT(ReadOrMakeSessionSecret(file.path()), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(SessionSecretTest, MustNotBeReadableByOthers) {
  const ScratchKeysFile file;
  file.Write("0123456789abcdef0123456789abcdef", 0640);
  EXPECT_THAT(ReadOrMakeSessionSecret(file.path()), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST(SessionSecretTest, NeedsItsDirectory) {
  const ScratchKeysFile file;
  EXPECT_THAT(ReadOrMakeSessionSecret(file.directory() + "/missing/secret"), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace specrelay
