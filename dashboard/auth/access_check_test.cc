#include "dashboard/auth/access_check.h"

#include <set>

#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(AccessCheckTest, LetsEachRoleInWhereItMayGo) {
  const std::set<std::pair<Access, Role>> may = {{Access::kOpen, Role::kAgent},    {Access::kOpen, Role::kViewer},
                                                 {Access::kOpen, Role::kUser},     {Access::kOpen, Role::kAdmin},
                                                 {Access::kViewer, Role::kViewer}, {Access::kViewer, Role::kUser},
                                                 {Access::kViewer, Role::kAdmin},  {Access::kUser, Role::kUser},
                                                 {Access::kUser, Role::kAdmin},    {Access::kAdmin, Role::kAdmin}};
  for (const Access access : {Access::kOpen, Access::kViewer, Access::kUser, Access::kAdmin}) {
    for (const Role role : {Role::kAgent, Role::kViewer, Role::kUser, Role::kAdmin}) {
      EXPECT_EQ(CheckAccess(access, role).ok(), may.count({access, role}) == 1)
          << static_cast<int>(access) << " " << RoleName(role);
    }
  }
}

TEST(AccessCheckTest, SaysWhichRoleIsNeeded) {
  EXPECT_THAT(CheckAccess(Access::kAdmin, Role::kUser),
              IsStatus(absl::StatusCode::kPermissionDenied, testing::HasSubstr("needs the role admin")));
  EXPECT_THAT(CheckAccess(Access::kViewer, Role::kAgent),
              IsStatus(absl::StatusCode::kPermissionDenied, testing::HasSubstr("agent's key")));
}

}  // namespace
}  // namespace specrelay
