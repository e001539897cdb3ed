#include "relay/key_admin.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/api_key.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

KeySpec SpecNamed(absl::string_view name) {
  KeySpec spec;
  spec.name = std::string(name);
  spec.role = Role::kUser;
  spec.account = "acme";
  return spec;
}

class KeyAdminTest : public testing::Test {
 protected:
  CreatedKey Create(absl::string_view name) {
    absl::StatusOr<CreatedKey> created = CreateKey(file_.path(), SpecNamed(name), clock_);
    EXPECT_THAT(created, IsOk());
    return created.ok() ? *std::move(created) : CreatedKey();
  }

  const ScratchKeysFile file_;
  FakeClock clock_;
};

TEST_F(KeyAdminTest, TheFirstKeyMakesAFileForItsOwnerAlone) {
  const CreatedKey created = Create("laptop");
  EXPECT_TRUE(LooksLikeApiKey(created.key));
  EXPECT_THAT(created.record.principal.key_id, StartsWith("key_"));
  EXPECT_EQ(created.record.created_at, clock_.Now());
  struct stat stat;
  ASSERT_EQ(::stat(file_.path().c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0600u);
}

TEST_F(KeyAdminTest, TheFileHoldsTheHashAndNeverTheKey) {
  const CreatedKey created = Create("laptop");
  EXPECT_THAT(file_.Read(), AllOf(HasSubstr(HashApiKey(created.key)), Not(HasSubstr(created.key.substr(4)))));
}

TEST_F(KeyAdminTest, AnEmptyFileIsFilled) {
  file_.Write("");
  Create("laptop");
  ASSERT_OK_AND_ASSIGN(const std::vector<KeyRecord> keys, ListKeys(file_.path()));
  EXPECT_THAT(keys, SizeIs(1));
}

TEST_F(KeyAdminTest, KeysAreListedInTheOrderTheyWereMadeWithAllTheyHave) {
  Create("first");
  KeySpec spec = SpecNamed("second");
  spec.role = Role::kAgent;
  spec.project_scopes = {"p1", "p2"};
  spec.lifetime = absl::Hours(720);
  ASSERT_THAT(CreateKey(file_.path(), spec, clock_), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<KeyRecord> keys, ListKeys(file_.path()));
  ASSERT_THAT(keys, SizeIs(2));
  EXPECT_EQ(keys[0].principal.key_name, "first");
  EXPECT_EQ(keys[0].expires_at, absl::InfiniteFuture());
  EXPECT_EQ(keys[1].principal.role, Role::kAgent);
  EXPECT_EQ(keys[1].principal.project_scopes, spec.project_scopes);
  EXPECT_EQ(keys[1].expires_at, clock_.Now() + absl::Hours(720));
}

TEST_F(KeyAdminTest, BadSpecsAreRefusedAndChangeNothing) {
  KeySpec nameless = SpecNamed("");
  KeySpec without_account = SpecNamed("laptop");
  without_account.account.clear();
  KeySpec dead_at_birth = SpecNamed("laptop");
  dead_at_birth.lifetime = absl::ZeroDuration();
  for (const KeySpec& spec : {nameless, without_account, dead_at_birth}) {
    EXPECT_THAT(CreateKey(file_.path(), spec, clock_), HasCode(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(ListKeys(file_.path()), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(KeyAdminTest, ABrokenFileIsNeitherListedNorChanged) {
  file_.Write("{\"keys\":[{]}");
  EXPECT_THAT(ListKeys(file_.path()), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(file_.path())));
  EXPECT_THAT(CreateKey(file_.path(), SpecNamed("laptop"), clock_), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RevokeKeyById(file_.path(), "key_1", clock_), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(file_.Read(), "{\"keys\":[{]}");
}

TEST_F(KeyAdminTest, AFileThatOthersCanReadIsRefusedUntilItIsProtected) {
  Create("laptop");
  file_.SetMode(0644);
  const std::string before = file_.Read();
  EXPECT_THAT(ListKeys(file_.path()), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
  EXPECT_THAT(CreateKey(file_.path(), SpecNamed("x"), clock_), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(RevokeKeyByName(file_.path(), "laptop", clock_), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(file_.Read(), before);
  file_.SetMode(0600);
  EXPECT_THAT(ListKeys(file_.path()), IsOk());
}

TEST_F(KeyAdminTest, AMissingDirectoryIsSaidSo) {
  EXPECT_THAT(CreateKey(absl::StrCat(file_.directory(), "/no/keys.json"), SpecNamed("x"), clock_),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("directory")));
}

TEST_F(KeyAdminTest, AKeyIsRevokedByIdOnceAndForAll) {
  const CreatedKey created = Create("laptop");
  Create("other");
  clock_.Advance(absl::Minutes(1));
  const absl::Time revoked_at = clock_.Now();
  ASSERT_OK_AND_ASSIGN(const KeyRecord revoked, RevokeKeyById(file_.path(), created.record.principal.key_id, clock_));
  EXPECT_EQ(revoked.revoked_at, revoked_at);
  clock_.Advance(absl::Minutes(1));
  ASSERT_OK_AND_ASSIGN(const KeyRecord again, RevokeKeyById(file_.path(), created.record.principal.key_id, clock_));
  EXPECT_EQ(again.revoked_at, revoked_at);
  ASSERT_OK_AND_ASSIGN(const std::vector<KeyRecord> keys, ListKeys(file_.path()));
  EXPECT_EQ(keys[0].revoked_at, revoked_at);
  EXPECT_FALSE(keys[1].revoked_at.has_value());
}

TEST_F(KeyAdminTest, AKeyIsRevokedByNameAmongRevokedOnesOfThatName) {
  Create("laptop");
  ASSERT_THAT(RevokeKeyByName(file_.path(), "laptop", clock_), IsOk());
  const CreatedKey second = Create("laptop");
  ASSERT_OK_AND_ASSIGN(const KeyRecord revoked, RevokeKeyByName(file_.path(), "laptop", clock_));
  EXPECT_EQ(revoked.principal.key_id, second.record.principal.key_id);
  EXPECT_THAT(RevokeKeyByName(file_.path(), "laptop", clock_), IsOk());
}

TEST_F(KeyAdminTest, ANameOfSeveralLiveKeysIsNotEnoughToRevoke) {
  const CreatedKey first = Create("laptop");
  const CreatedKey second = Create("laptop");
  EXPECT_THAT(RevokeKeyByName(file_.path(), "laptop", clock_),
              IsStatus(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(first.record.principal.key_id), HasSubstr(second.record.principal.key_id))));
}

TEST_F(KeyAdminTest, RevokingAKeyThatIsNotThereIsNotFound) {
  Create("laptop");
  EXPECT_THAT(RevokeKeyById(file_.path(), "key_none", clock_),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("key list")));
  EXPECT_THAT(RevokeKeyByName(file_.path(), "none", clock_),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("key list")));
}

TEST_F(KeyAdminTest, ConcurrentProcessesLoseNoKey) {
  constexpr int kProcesses = 4;
  constexpr int kKeysEach = 15;
  std::vector<pid_t> children;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      int failures = 0;
      for (int j = 0; j < kKeysEach; ++j) {
        if (!CreateKey(file_.path(), SpecNamed(absl::StrCat(i, "-", j)), clock_).ok()) ++failures;
      }
      ::_exit(failures);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int state = -1;
    ASSERT_EQ(::waitpid(child, &state, 0), child);
    EXPECT_EQ(state, 0);
  }
  ASSERT_OK_AND_ASSIGN(const std::vector<KeyRecord> keys, ListKeys(file_.path()));
  std::set<std::string> names;
  for (const KeyRecord& key : keys) names.insert(key.principal.key_name);
  EXPECT_THAT(names, SizeIs(kProcesses * kKeysEach));
}

TEST_F(KeyAdminTest, ConcurrentThreadsLoseNeitherKeysNorRevocations) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 5;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (int j = 0; j < kRounds; ++j) {
        const std::string name = absl::StrCat(i, "-", j);
        ASSERT_THAT(CreateKey(file_.path(), SpecNamed(name), clock_), IsOk());
        ASSERT_THAT(RevokeKeyByName(file_.path(), name, clock_), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const std::vector<KeyRecord> keys, ListKeys(file_.path()));
  EXPECT_THAT(keys, SizeIs(kThreads * kRounds));
  for (const KeyRecord& key : keys) EXPECT_TRUE(key.revoked_at.has_value()) << key.principal.key_name;
}

}  // namespace
}  // namespace specrelay
