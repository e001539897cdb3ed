#include "mcp_agent/approvals/auto_approve.h"

#include <string>

#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class AutoApproveTest : public ::testing::Test {
 protected:
  bool Enabled() { return store_.Get(v1::AutoApproveGetRequest()).value().enabled(); }

  absl::Status Set(bool enabled, absl::string_view account = "acme") {
    v1::Actor actor;
    actor.set_account(std::string(account));
    actor.set_key_name("ann");
    DirectTransaction tx(tree_, "request", absl::FromUnixMillis(1'795'227'694'305), actor);
    v1::AutoApproveSetRequest request;
    request.set_enabled(enabled);
    const absl::StatusOr<v1::AutoApproveSetResponse> response = store_.Set(tx, request);
    effects_ = tx.effects();
    EXPECT_EQ(response.ok() ? response->enabled() : enabled, enabled);
    return response.status();
  }

  std::string Settings() { return tree_.Read("settings.json", 1 << 20).value().bytes; }

  MemoryTree tree_;
  DamageLog damage_;
  const AutoApproveStore store_{tree_, damage_, [](const v1::Actor& actor) {
                                  return actor.account() == "guest" ? absl::PermissionDeniedError("deciding_accounts")
                                                                    : absl::OkStatus();
                                }};
  int effects_ = 0;
};

TEST_F(AutoApproveTest, ItIsOffUntilSwitchedOn) {
  EXPECT_FALSE(Enabled());
  EXPECT_THAT(Set(false), IsOk());
  EXPECT_EQ(effects_, 0);
  EXPECT_THAT(Set(true), IsOk());
  EXPECT_TRUE(Enabled());
  EXPECT_EQ(Settings(), R"({
  "autoApprove": {
    "enabled": true,
    "by": {
      "account": "acme",
      "keyName": "ann",
      "client": ""
    },
    "at": "2026-11-21T02:21:34.305Z"
  }
})");
  EXPECT_THAT(Set(true), IsOk());
  EXPECT_EQ(effects_, 0);
  EXPECT_THAT(Set(false), IsOk());
  EXPECT_FALSE(Enabled());
}

TEST_F(AutoApproveTest, OtherSettingsAreKept) {
  tree_.Put("settings.json", R"({"theme": "dark", "autoApprove": {"note": 1, "enabled": false}, "z": [1]})");
  EXPECT_FALSE(Enabled());
  EXPECT_THAT(Set(true), IsOk());
  const auto settings = nlohmann::ordered_json::parse(Settings());
  EXPECT_EQ(settings.begin().key(), "theme");
  EXPECT_EQ(settings["autoApprove"]["note"], 1);
  EXPECT_EQ(settings["autoApprove"]["enabled"], true);
  EXPECT_EQ(settings["z"][0], 1);
}

TEST_F(AutoApproveTest, DamagedSettingsMeanOffAndAreNotOverwritten) {
  for (const char* damaged : {"", "{", "[]", "true", "\xFF"}) {
    tree_.Put("settings.json", damaged);
    EXPECT_FALSE(Enabled());
    EXPECT_THAT(Set(true), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("settings.json is damaged")));
    EXPECT_EQ(Settings(), damaged);
  }
}

TEST_F(AutoApproveTest, AnythingButTrueMeansOff) {
  for (const char* setting : {"true", "{}", R"({"enabled": "true"})", R"({"enabled": 1})", "null"}) {
    tree_.Put("settings.json", std::string(R"({"autoApprove": )") + setting + "}");
    EXPECT_FALSE(Enabled()) << setting;
    EXPECT_THAT(Set(true), IsOk());
    EXPECT_TRUE(Enabled());
  }
}

TEST_F(AutoApproveTest, WhoMayNotDecideMayNotSwitch) {
  EXPECT_THAT(Set(true, "guest"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(effects_, 0);
}

}  // namespace
}  // namespace specrelay
