#include "tools/ctl/key_commands.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/api_key.h"
#include "relay/key_store.h"
#include "relay/testing/scratch_keys_file.h"
#include "tools/ctl/testing/ctl_runner.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class KeyCommandsTest : public testing::Test {
 protected:
  KeyCommandsTest() {
    options_.keys_file = file_.path();
    options_.name = "laptop";
    options_.role = "user";
    options_.account = "acme";
  }

  CtlResult RunWithoutKeyFlags(const std::string& action) const {
    CtlOptions options;
    options.keys_file = file_.path();
    return Ctl(options, {"key", action});
  }

  const ScratchKeysFile file_;
  const SystemClock clock_{};
  CtlOptions options_;
};

TEST_F(KeyCommandsTest, ANewKeyIsAloneOnTheStandardOutputAndWorks) {
  options_.role = "viewer";
  options_.projects = {"p1", "p2"};
  const CtlResult result = Ctl(options_, {"key", "create"});
  EXPECT_EQ(result.exit_code, 0);
  ASSERT_EQ(result.out.size(), 54u);
  EXPECT_EQ(result.out.back(), '\n');
  const std::string key = result.out.substr(0, 53);
  EXPECT_TRUE(LooksLikeApiKey(key));
  EXPECT_THAT(result.err, HasSubstr("cannot be shown again"));
  EXPECT_THAT(result.err, Not(HasSubstr(key)));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<KeyStore> store, KeyStore::Open(file_.path(), clock_));
  ASSERT_OK_AND_ASSIGN(const Principal principal, store->Authenticate(key));
  EXPECT_EQ(principal.account, "acme");
  EXPECT_EQ(principal.role, Role::kViewer);
  EXPECT_EQ(principal.key_name, "laptop");
  EXPECT_THAT(principal.project_scopes, ElementsAre("p1", "p2"));
}

TEST_F(KeyCommandsTest, EveryRoleCanBeMade) {
  for (const char* role : {"agent", "user", "viewer", "admin"}) {
    options_.role = role;
    EXPECT_EQ(Ctl(options_, {"key", "create"}).exit_code, 0) << role;
  }
}

TEST_F(KeyCommandsTest, MissingOrWrongFlagsAreUsageErrorsAndMakeNoFile) {
  CtlOptions nameless = options_;
  nameless.name.clear();
  CtlOptions without_role = options_;
  without_role.role.clear();
  CtlOptions wrong_role = options_;
  wrong_role.role = "root";
  CtlOptions without_account = options_;
  without_account.account.clear();
  CtlOptions without_file = options_;
  without_file.keys_file.clear();
  CtlOptions dead_at_birth = options_;
  dead_at_birth.expires = -absl::Hours(1);
  for (const CtlOptions& options : {nameless, without_role, wrong_role, without_account, without_file, dead_at_birth}) {
    const CtlResult result = Ctl(options, {"key", "create"});
    EXPECT_EQ(result.exit_code, 1) << result.err;
    EXPECT_EQ(result.ErrJson()["code"], "USAGE");
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_THAT(file_.Read(), IsEmpty());
}

TEST_F(KeyCommandsTest, ANameThatCannotBeStoredIsInvalid) {
  options_.name = "two\nlines";
  EXPECT_EQ(Ctl(options_, {"key", "create"}).exit_code, 2);
}

TEST_F(KeyCommandsTest, TheListShowsStateButNoWholeHash) {
  const std::string key = Ctl(options_, {"key", "create"}).out.substr(0, 53);
  options_.name = "guest";
  options_.expires = absl::Hours(720);
  Ctl(options_, {"key", "create"});
  const CtlResult result = RunWithoutKeyFlags("list");
  EXPECT_EQ(result.exit_code, 0);
  const nlohmann::json keys = result.OutJson()["keys"];
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_EQ(keys[0]["name"], "laptop");
  EXPECT_EQ(keys[0]["account"], "acme");
  EXPECT_EQ(keys[0]["role"], "user");
  EXPECT_EQ(keys[0]["projects"], nlohmann::json::array());
  EXPECT_EQ(keys[0]["state"], "live");
  EXPECT_FALSE(keys[0].contains("expiresAt"));
  EXPECT_TRUE(keys[1].contains("expiresAt"));
  const std::string hash = HashApiKey(key);
  EXPECT_EQ(keys[0]["hashPrefix"], hash.substr(0, 8));
  EXPECT_THAT(result.out, Not(HasSubstr(hash.substr(0, 9))));
}

TEST_F(KeyCommandsTest, ARevokedKeyIsShownAsSuch) {
  Ctl(options_, {"key", "create"});
  CtlOptions revoke;
  revoke.keys_file = file_.path();
  revoke.name = "laptop";
  const CtlResult result = Ctl(revoke, {"key", "revoke"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.OutJson()["state"], "revoked");
  EXPECT_TRUE(result.OutJson().contains("revokedAt"));
  EXPECT_EQ(RunWithoutKeyFlags("list").OutJson()["keys"][0]["state"], "revoked");
}

TEST_F(KeyCommandsTest, AKeyIsRevokedByItsId) {
  Ctl(options_, {"key", "create"});
  Ctl(options_, {"key", "create"});
  CtlOptions revoke;
  revoke.keys_file = file_.path();
  revoke.id = RunWithoutKeyFlags("list").OutJson()["keys"][1]["id"];
  EXPECT_THAT(revoke.id, StartsWith("key_"));
  EXPECT_EQ(Ctl(revoke, {"key", "revoke"}).exit_code, 0);
  const nlohmann::json keys = RunWithoutKeyFlags("list").OutJson()["keys"];
  EXPECT_EQ(keys[0]["state"], "live");
  EXPECT_EQ(keys[1]["state"], "revoked");
}

TEST_F(KeyCommandsTest, RevokingFailsByItsKindOfMistake) {
  Ctl(options_, {"key", "create"});
  Ctl(options_, {"key", "create"});
  CtlOptions revoke;
  revoke.keys_file = file_.path();
  EXPECT_EQ(Ctl(revoke, {"key", "revoke"}).exit_code, 1);
  revoke.name = "laptop";
  EXPECT_EQ(Ctl(revoke, {"key", "revoke"}).exit_code, 7);
  revoke.id = "key_x";
  EXPECT_EQ(Ctl(revoke, {"key", "revoke"}).exit_code, 1);
  revoke.name.clear();
  EXPECT_EQ(Ctl(revoke, {"key", "revoke"}).exit_code, 3);
}

TEST_F(KeyCommandsTest, AFileThatOthersCanReadIsRefusedWithTheRemedy) {
  Ctl(options_, {"key", "create"});
  file_.SetMode(0644);
  const CtlResult result = RunWithoutKeyFlags("list");
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_THAT(result.err, HasSubstr("chmod 600"));
}

TEST_F(KeyCommandsTest, AMissingFileIsNotFoundAndAnUnknownActionIsAUsageError) {
  EXPECT_EQ(RunWithoutKeyFlags("list").exit_code, 3);
  EXPECT_EQ(RunWithoutKeyFlags("destroy").exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"key"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"key", "create", "now"}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
