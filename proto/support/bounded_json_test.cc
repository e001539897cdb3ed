#include "proto/support/bounded_json.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

TEST(BoundedJson, KeepsTheOrderOfKeys) {
  ASSERT_OK_AND_ASSIGN(const nlohmann::ordered_json json, ParseBoundedJson(R"({"b": 1, "a": [true, null, "x"]})", 2));
  EXPECT_EQ(json.dump(), R"({"b":1,"a":[true,null,"x"]})");
}

TEST(BoundedJson, SaysWhyATextIsNone) {
  EXPECT_THAT(ParseBoundedJson("", 8), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("it is empty")));
  for (const char* text : {"{", "{} {}", "nul", "{\"a\": \"\xff\"}", "\"\\", "]", "{\"a\":1,}"}) {
    EXPECT_THAT(ParseBoundedJson(text, 8), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("it is not JSON")))
        << text;
  }
}

TEST(BoundedJson, TakesNestsAsDeepAsTheBoundAndNoDeeper) {
  EXPECT_THAT(ParseBoundedJson(R"([{"a": [1]}])", 3), IsOk());
  EXPECT_THAT(ParseBoundedJson(R"([{"a": [[1]]}])", 3),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("deeper than 3 levels")));
  EXPECT_THAT(ParseBoundedJson(std::string(1'000'000, '['), 64),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("deeper than 64 levels")));
}

TEST(BoundedJson, DoesNotCountBracketsInStrings) {
  EXPECT_THAT(ParseBoundedJson(R"(["[[[[", "\"[[[", "\\", {"{{{": 1}])", 2), IsOk());
  EXPECT_THAT(ParseBoundedJson(R"(["\\", [[1]]])", 2),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("deeper than 2 levels")));
}

TEST(BoundedJson, IsNotMisledByTextsThatCloseMoreThanTheyOpen) {
  EXPECT_THAT(ParseBoundedJson("]]]][[[[[[", 2), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
