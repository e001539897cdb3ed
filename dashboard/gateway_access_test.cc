// Who may use which route: the whole table with every role.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "dashboard/testing/gateway_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::AnyOf;
using testing::ElementsAre;

bool Suffices(absl::string_view role, Access access) {
  switch (access) {
    case Access::kOpen:
      return true;
    case Access::kViewer:
      return role == "viewer" || role == "user" || role == "admin";
    case Access::kUser:
      return role == "user" || role == "admin";
    case Access::kAdmin:
      return role == "admin";
  }
  return false;
}

class GatewayAccessTest : public GatewayFixture {
 protected:
  GatewayAccessTest() { Start(); }
};

TEST_F(GatewayAccessTest, FewRoutesAreOpen) {
  std::set<std::string> open;
  for (const Route& route : gateway_->routes()) {
    if (route.access == Access::kOpen) open.insert(absl::StrCat(route.method, " ", route.pattern));
  }
  EXPECT_THAT(open,
              ElementsAre("DELETE /api/session", "GET /healthz", "GET /login", "GET /readyz", "POST /api/session"));
}

TEST_F(GatewayAccessTest, EveryRouteAsksForTheRoleThatItsTableSays) {
  int checked = 0;
  // Those with a good key first: wrong keys shut out the address, except for keys that were right before.
  for (const char* role : {"admin", "user", "viewer", "agent", "nobody", "revoked"}) {
    for (const Route& route : gateway_->routes()) {
      if (route.access == Access::kOpen) continue;
      SCOPED_TRACE(absl::StrCat(role, ": ", route.method, " ", route.pattern));
      const RawResponse response = Send(route.method, TargetOf(route.pattern, "x1"), role);
      ++checked;
      if (absl::string_view(role) == "nobody") {
        EXPECT_EQ(response.status, 401);
      } else if (absl::string_view(role) == "revoked") {
        EXPECT_THAT(response.status, AnyOf(401, 429));
      } else if (Suffices(role, route.access)) {
        EXPECT_NE(response.status, 401);
        EXPECT_NE(response.status, 403) << response.body;
        EXPECT_NE(response.status, 500) << response.body;
        EXPECT_NE(response.status, 0);
        continue;
      } else {
        EXPECT_EQ(response.status, 403);
      }
      EXPECT_NE(response.Error(), "");
    }
  }
  RecordProperty("routes_times_roles", checked);
}

TEST_F(GatewayAccessTest, HeadAsksForTheSameRoleAsGet) {
  for (const Route& route : gateway_->routes()) {
    if (route.method != "GET" || route.access == Access::kOpen) continue;
    EXPECT_EQ(Send("HEAD", TargetOf(route.pattern, "x1"), "nobody").status, 401) << route.pattern;
    EXPECT_EQ(Send("HEAD", TargetOf(route.pattern, "x1"), "agent").status, 403) << route.pattern;
  }
}

TEST_F(GatewayAccessTest, NoParameterOfAnyRouteCanBeAPath) {
  int checked = 0;
  for (const Route& route : gateway_->routes()) {
    if (route.pattern.find('{') == std::string::npos) continue;
    for (const char* value : {"..%2F..%2Fetc%2Fpasswd", "..", "%2e%2e", "a%5Cb", "%00", "%zz", "%", "%ff"}) {
      const RawResponse response = Send(route.method, TargetOf(route.pattern, value), "admin");
      EXPECT_EQ(response.status, 400) << route.method << " " << route.pattern << " with " << value;
      EXPECT_NE(response.Error(), "");
      ++checked;
    }
  }
  EXPECT_GT(checked, 100);
}

TEST_F(GatewayAccessTest, NoRouteTakesAMethodThatIsNotItsOwn) {
  for (const Route& route : gateway_->routes()) {
    const RawResponse response = Send("TRACE", TargetOf(route.pattern, "x1"), "admin");
    EXPECT_EQ(response.status, 405) << route.pattern;
    EXPECT_THAT(response.Header("Allow"), testing::HasSubstr(route.method));
    EXPECT_NE(response.Error(), "");
  }
}

}  // namespace
}  // namespace specrelay
