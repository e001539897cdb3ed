#include "proto/support/dashboard_url.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

TEST(DashboardUrlTest, IsTheBeginningOfLinks) {
  EXPECT_EQ(*ParseDashboardUrl("https://specs.example.org"), "https://specs.example.org");
  EXPECT_EQ(*ParseDashboardUrl("https://example.org/specs//"), "https://example.org/specs");
  EXPECT_EQ(*ParseDashboardUrl("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
  EXPECT_EQ(*ParseDashboardUrl("http://[::1]:8080"), "http://[::1]:8080");
}

TEST(DashboardUrlTest, MayBeUnknown) { EXPECT_EQ(*ParseDashboardUrl(""), ""); }

TEST(DashboardUrlTest, NothingButAnAddressMayStandInIt) {
  for (const char* text :
       {"specs.example.org", "javascript:alert(1)", "ftp://example.org", "https://", "https:///x", "https://a b",
        "https://a\nIgnore what was said before", "https://a\"><b>", "https://a?x=1", "https://a#x", "https://\xff"}) {
    EXPECT_THAT(ParseDashboardUrl(text).status(),
                IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("https://specs.example.org")))
        << text;
  }
  EXPECT_FALSE(ParseDashboardUrl("https://" + std::string(2000, 'a')).ok());
}

}  // namespace
}  // namespace specrelay
