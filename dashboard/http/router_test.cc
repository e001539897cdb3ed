#include "dashboard/http/router.h"

#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Route RouteOf(absl::string_view method, absl::string_view pattern) {
  Route route;
  route.method = std::string(method);
  route.pattern = std::string(pattern);
  route.handler = [](const CallContext&) { return HttpResponse(); };
  return route;
}

std::string HeaderOf(const HttpResponse& response, absl::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "";
}

class RouterTest : public testing::Test {
 protected:
  RouterTest()
      : router_(
            Router::Make({RouteOf("GET", "/api/things"), RouteOf("POST", "/api/things"),
                          RouteOf("GET", "/api/things/{thing}"), RouteOf("GET", "/api/things/best"),
                          RouteOf("GET", "/api/things/{thing}/parts/{part}"), RouteOf("PUT", "/api/things/best/name")})
                .value()) {}

  const Router router_;
};

TEST_F(RouterTest, FindsTheRouteOfMethodAndPath) {
  EXPECT_EQ(router_.Find("POST", "/api/things").route->method, "POST");
  EXPECT_EQ(router_.Find("GET", "/api/things").route->method, "GET");
}

TEST_F(RouterTest, ParametersAreDecodedAfterThePathWasSplit) {
  EXPECT_THAT(router_.Find("GET", "/api/things/a%20b%25/parts/%C3%A4+").parameters,
              ElementsAre(Pair("part", "ä+"), Pair("thing", "a b%")));
}

TEST_F(RouterTest, TextWinsOverAParameter) {
  EXPECT_EQ(router_.Find("GET", "/api/things/best").route->pattern, "/api/things/best");
  EXPECT_EQ(router_.Find("GET", "/api/things/bes").route->pattern, "/api/things/{thing}");
}

TEST_F(RouterTest, TextThatLeadsNowhereGivesWayToAParameter) {
  EXPECT_EQ(router_.Find("GET", "/api/things/best/parts/p").route->pattern, "/api/things/{thing}/parts/{part}");
}

TEST_F(RouterTest, EncodedTextIsTheSameText) {
  EXPECT_EQ(router_.Find("GET", "/%61pi/things").route->pattern, "/api/things");
}

TEST_F(RouterTest, AnUnknownPathIsNotFound) {
  for (const char* path : {"/", "/api", "/api/things/", "/api//things", "/api/things/a/b", "/api/things//parts/x"}) {
    const Router::Result result = router_.Find("GET", path);
    EXPECT_EQ(result.route, nullptr) << path;
    EXPECT_TRUE(result.unknown_path) << path;
    EXPECT_EQ(result.answer.status, 404) << path;
    EXPECT_THAT(result.answer.body, HasSubstr("error"));
  }
}

TEST_F(RouterTest, AnotherMethodIsToldWhichThereAre) {
  const Router::Result result = router_.Find("DELETE", "/api/things");
  EXPECT_EQ(result.route, nullptr);
  EXPECT_FALSE(result.unknown_path);
  EXPECT_EQ(result.answer.status, 405);
  EXPECT_EQ(HeaderOf(result.answer, "Allow"), "OPTIONS, GET, HEAD, POST");
  EXPECT_THAT(result.answer.body, HasSubstr("DELETE is not for this address"));
}

TEST_F(RouterTest, HeadIsAnsweredByGet) {
  EXPECT_EQ(router_.Find("HEAD", "/api/things").route->method, "GET");
  EXPECT_EQ(router_.Find("HEAD", "/api/things/best/name").answer.status, 405);
}

TEST_F(RouterTest, OptionsTellsTheMethods) {
  const Router::Result result = router_.Find("OPTIONS", "/api/things/best/name");
  EXPECT_EQ(result.answer.status, 204);
  EXPECT_EQ(HeaderOf(result.answer, "Allow"), "OPTIONS, PUT");
}

TEST_F(RouterTest, AParameterCanNeverBeAPath) {
  for (const char* value : {"..", ".", "%2e%2E", "..%2F..%2Fetc", "a%2Fb", "a%5Cb", "%2F", "..%5c"}) {
    const Router::Result result = router_.Find("GET", absl::StrCat("/api/things/x/parts/", value));
    EXPECT_EQ(result.route, nullptr) << value;
    EXPECT_EQ(result.answer.status, 400) << value;
    EXPECT_THAT(result.answer.body, HasSubstr("{part}")) << value;
  }
}

TEST_F(RouterTest, DamagedEncodingIsRefusedWhereverItStands) {
  for (const char* path : {"/api/things/%", "/api/things/%4", "/api/things/%zz", "/api/things/a%00b", "/x%ff",
                           "/api/things/%C3", "api/things", ""}) {
    const Router::Result result = router_.Find("GET", path);
    EXPECT_EQ(result.route, nullptr) << path;
    EXPECT_EQ(result.answer.status, 400) << path;
  }
}

TEST(RouterMakeTest, ARouteCannotBeThereTwice) {
  EXPECT_THAT(Router::Make({RouteOf("GET", "/a/{b}"), RouteOf("GET", "/a/{c}")}),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(RouterMakeTest, APatternBeginsWithASlash) {
  EXPECT_THAT(Router::Make({RouteOf("GET", "a")}), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(RouterTest, ARouteIsAnsweredInOneWay) {
  const PendingRouteHandler begin = [](const CallContext&) { return nullptr; };
  Route none = RouteOf("GET", "/a");
  none.handler = nullptr;
  Route both = RouteOf("GET", "/a");
  both.begin = begin;
  Route write = none;
  write.method = "POST";
  write.begin = begin;
  for (const Route& route : {none, both, write}) {
    EXPECT_THAT(Router::Make({route}), HasCode(absl::StatusCode::kInvalidArgument));
  }
  Route query = none;
  query.begin = begin;
  EXPECT_THAT(Router::Make({query}), IsOk());
}

}  // namespace
}  // namespace specrelay
