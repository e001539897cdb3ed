#include "dashboard/first_start.h"

#include <sys/stat.h>

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/key_store.h"

namespace specrelay {
namespace {

std::string FreshPath(const char* name) { return testing::TempDir() + "/" + name; }

TEST(FirstStartTest, WithoutAKeysFileAnAdminKeyIsMadeThatWorks) {
  const SystemClock clock;
  const std::string keys_file = FreshPath("made.json");
  ASSERT_OK_AND_ASSIGN(const absl::optional<FirstKey> first, MakeFirstKey(keys_file, clock));
  ASSERT_TRUE(first.has_value());
  struct stat status;
  ASSERT_EQ(stat(first->path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::string key;
  std::ifstream(first->path) >> key;
  EXPECT_EQ(key, first->key);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<KeyStore> keys, KeyStore::Open(keys_file, clock));
  ASSERT_OK_AND_ASSIGN(const Principal principal, keys->Authenticate(key));
  EXPECT_EQ(principal.role, Role::kAdmin);
}

TEST(FirstStartTest, AKeysFileThatExistsStaysAsItIs) {
  const SystemClock clock;
  const std::string keys_file = FreshPath("kept.json");
  ASSERT_THAT(MakeFirstKey(keys_file, clock), IsOk());
  ASSERT_OK_AND_ASSIGN(const absl::optional<FirstKey> again, MakeFirstKey(keys_file, clock));
  EXPECT_FALSE(again.has_value());
}

TEST(FirstStartTest, ADirectoryThatDoesNotExistIsAnError) {
  EXPECT_FALSE(MakeFirstKey(FreshPath("missing/keys.json"), SystemClock()).ok());
}

}  // namespace
}  // namespace specrelay
