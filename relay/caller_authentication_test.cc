#include "relay/caller_authentication.h"

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/key_admin.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class CallerAuthenticationTest : public testing::Test {
 protected:
  CallerAuthenticationTest() {
    KeySpec spec;
    spec.name = "laptop";
    spec.role = Role::kUser;
    spec.account = "acme";
    key_ = CreateKey(file_.path(), spec, clock_).value().key;
    keys_ = KeyStore::Open(file_.path(), clock_).value();
  }

  const ScratchKeysFile file_;
  FakeClock clock_;
  std::string key_;
  std::unique_ptr<KeyStore> keys_;
};

TEST_F(CallerAuthenticationTest, TheKeyAndTheProgramTellWhoCalls) {
  const std::string authorization = absl::StrCat("Bearer ", key_);
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       AuthenticateCaller({{"authorization", authorization}, {"user-agent", "ctl/1.0"}}, *keys_));
  EXPECT_EQ(caller.principal.account, "acme");
  EXPECT_EQ(caller.principal.key_name, "laptop");
  EXPECT_EQ(caller.client, "ctl/1.0");
}

TEST_F(CallerAuthenticationTest, TheProgramsNameIsShortText) {
  const std::string authorization = absl::StrCat("bearer  ", key_);
  const std::string name = absl::StrCat("evil\n\xff", std::string(500, 'x'));
  ASSERT_OK_AND_ASSIGN(const Caller caller,
                       AuthenticateCaller({{"authorization", authorization}, {"user-agent", name}}, *keys_));
  EXPECT_EQ(caller.client, absl::StrCat("evil??", std::string(194, 'x')));
}

TEST_F(CallerAuthenticationTest, NoKeyTellsHowToSendOne) {
  EXPECT_THAT(AuthenticateCaller({{"user-agent", "x"}}, *keys_),
              IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr("authorization: Bearer <key>")));
}

TEST_F(CallerAuthenticationTest, AnotherSchemeIsRefused) {
  for (const std::string& value : {std::string("Basic dTpw"), key_, absl::StrCat("Bearer", key_), std::string()}) {
    EXPECT_THAT(AuthenticateCaller({{"authorization", value}}, *keys_),
                IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr("not of the form")))
        << value;
  }
}

TEST_F(CallerAuthenticationTest, SeveralKeysAreRefused) {
  const std::string authorization = absl::StrCat("Bearer ", key_);
  EXPECT_THAT(AuthenticateCaller({{"authorization", authorization}, {"authorization", authorization}}, *keys_),
              IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr("exactly one")));
}

TEST(MaxDetailsBytesTest, AClientMayRaiseTheLimitWithinBounds) {
  EXPECT_EQ(MaxDetailsBytes({}), kDefaultMaxDetailsBytes);
  EXPECT_EQ(MaxDetailsBytes({{kMaxDetailsMetadataKey, "100000"}}), 100'000u);
  EXPECT_EQ(MaxDetailsBytes({{kMaxDetailsMetadataKey, "1"}}), kDefaultMaxDetailsBytes);
  EXPECT_EQ(MaxDetailsBytes({{kMaxDetailsMetadataKey, "99999999999"}}), kHighestMaxDetailsBytes);
  EXPECT_EQ(MaxDetailsBytes({{kMaxDetailsMetadataKey, "-1"}}), kDefaultMaxDetailsBytes);
  EXPECT_EQ(MaxDetailsBytes({{kMaxDetailsMetadataKey, "lots"}}), kDefaultMaxDetailsBytes);
}

}  // namespace
}  // namespace specrelay
