#include "dashboard/auth/auth_failure.h"

#include <algorithm>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

std::string HeaderOf(const HttpResponse& response, absl::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "none";
}

TEST(AuthFailureTest, SaysHowToAuthenticate) {
  const HttpResponse response = AuthFailureResponse(absl::UnauthenticatedError("who are you"));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "Bearer realm=\"specrelay\"");
  EXPECT_EQ(response.body, R"({"error":"who are you"})");
}

TEST(AuthFailureTest, SaysWhenToTryAgainInWholeSecondsRoundedUp) {
  const HttpResponse response = AuthFailureResponse(TooManyWrongKeys(absl::Milliseconds(12'300)));
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "13");
  EXPECT_EQ(HeaderOf(AuthFailureResponse(TooManyWrongKeys(absl::Milliseconds(1))), "Retry-After"), "1");
  EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "none");
}

TEST(AuthFailureTest, ForbiddenNeedsNeither) {
  const HttpResponse response = AuthFailureResponse(absl::PermissionDeniedError("no"));
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(HeaderOf(response, "WWW-Authenticate"), "none");
  EXPECT_EQ(HeaderOf(response, "Retry-After"), "none");
}

}  // namespace
}  // namespace specrelay
