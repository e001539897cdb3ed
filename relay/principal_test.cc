#include "relay/principal.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(PrincipalTest, EveryRoleHasANameThatParsesBack) {
  for (const Role role : {Role::kViewer, Role::kUser, Role::kAgent, Role::kAdmin}) {
    ASSERT_OK_AND_ASSIGN(const Role parsed, ParseRole(RoleName(role)));
    EXPECT_EQ(parsed, role);
  }
}

TEST(PrincipalTest, AnUnknownRoleNameIsRefusedWithTheRolesThereAre) {
  for (const char* name : {"", "root", "User", "user "}) {
    EXPECT_THAT(ParseRole(name),
                IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("agent, user, viewer and admin")));
  }
}

TEST(PrincipalTest, WithoutScopesEveryProjectIsSeen) { EXPECT_TRUE(Principal().MaySee("p1")); }

TEST(PrincipalTest, ScopesLimitWhatIsSeenToExactlyThem) {
  Principal principal;
  principal.project_scopes = {"p1", "p2"};
  EXPECT_TRUE(principal.MaySee("p2"));
  EXPECT_FALSE(principal.MaySee("p3"));
  EXPECT_FALSE(principal.MaySee("p"));
  EXPECT_FALSE(principal.MaySee(""));
}

}  // namespace
}  // namespace specrelay
