#include "dashboard/auth/login_links.h"

#include <atomic>
#include <thread>
#include <vector>

#include "dashboard/auth/testing/scratch_keys.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

class LoginLinksTest : public testing::Test {
 protected:
  absl::StatusOr<LoginLink> Make(Role role = Role::kUser) { return links_.Make(keys_.PrincipalOf(role)); }

  ScratchKeys keys_;
  LoginLinks links_{keys_.store(), keys_.clock, {3, 5}};
};

auto IsUsedUp() {
  return IsStatus(absl::StatusCode::kUnauthenticated, testing::HasSubstr("used before or has expired"));
}

TEST_F(LoginLinksTest, ALinkLogsInItsMaker) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  EXPECT_EQ(link.expires_at, keys_.clock.Now() + absl::Minutes(10));
  EXPECT_EQ(LoginUrl("http://127.0.0.1:8080", link), "http://127.0.0.1:8080/login?token=" + link.token);
  ASSERT_OK_AND_ASSIGN(const Principal principal, links_.Use(link.token));
  EXPECT_EQ(principal.key_id, keys_.PrincipalOf(Role::kUser).key_id);
}

TEST_F(LoginLinksTest, OnlyOnce) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  EXPECT_THAT(links_.Use(link.token), IsOk());
  EXPECT_THAT(links_.Use(link.token), IsUsedUp());
}

TEST_F(LoginLinksTest, OnlyOnceAlsoWhenManyAskAtATime) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  std::atomic<int> let_in{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (links_.Use(link.token).ok()) ++let_in;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(let_in, 1);
}

TEST_F(LoginLinksTest, OnlyForTenMinutes) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  keys_.clock.Advance(absl::Minutes(10));
  EXPECT_THAT(links_.Use(link.token), IsUsedUp());
}

TEST_F(LoginLinksTest, OnlyWhileItsKeyGrantsIt) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  keys_.Revoke("user");
  EXPECT_THAT(links_.Use(link.token), IsUsedUp());
}

TEST_F(LoginLinksTest, NoOtherTokenWorks) {
  ASSERT_OK_AND_ASSIGN(const LoginLink link, Make());
  for (const std::string& token : {std::string(), std::string("x"), link.token + "x", link.token.substr(1)}) {
    EXPECT_THAT(links_.Use(token), IsUsedUp());
  }
  EXPECT_THAT(links_.Use(link.token), IsOk());
}

TEST_F(LoginLinksTest, AKeyHasOnlySoManyUnusedAndLeavesRoomForOthers) {
  std::vector<LoginLink> links;
  for (int i = 0; i < 3; ++i) links.push_back(*Make());
  EXPECT_THAT(Make(), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Make(Role::kAdmin), IsOk());
  EXPECT_THAT(links_.Use(links[0].token), IsOk());
  EXPECT_THAT(Make(), IsOk());
}

TEST_F(LoginLinksTest, AllKeysTogetherHaveOnlySoMany) {
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Make(Role::kUser), IsOk());
  for (int i = 0; i < 2; ++i) EXPECT_THAT(Make(Role::kAdmin), IsOk());
  EXPECT_THAT(Make(Role::kViewer), HasCode(absl::StatusCode::kResourceExhausted));
  keys_.clock.Advance(absl::Minutes(10));
  EXPECT_THAT(Make(Role::kViewer), IsOk());
}

}  // namespace
}  // namespace specrelay
