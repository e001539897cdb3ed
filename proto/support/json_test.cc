#include "proto/support/json.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {
namespace {

TEST(JsonTest, ReadsAndPrintsTheStandardMapping) {
  v1::ExecuteRequest request;
  ASSERT_THAT(FromJson(R"({"projectId":"p1","command":{"specList":{}}})", request), IsOk());
  EXPECT_EQ(request.project_id(), "p1");
  EXPECT_TRUE(request.command().has_spec_list());
  ASSERT_OK_AND_ASSIGN(const std::string json, ToJson(request));
  EXPECT_EQ(json, R"({"projectId":"p1","command":{"specList":{}}})");
}

TEST(JsonTest, RefusesUnknownFieldsAndGarbage) {
  v1::ExecuteRequest request;
  EXPECT_THAT(FromJson(R"({"projekt":"p1"})", request),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("projekt")));
  EXPECT_THAT(FromJson("{", request), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
