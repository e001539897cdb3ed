#include "proto/support/library_log.h"

#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/wrappers.pb.h"
#include "grpc/support/log.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(LogLimiterTest, ABurstGetsThroughThenEventsAreHeldBackAndCounted) {
  LogLimiter limiter(2, absl::Seconds(10));
  const absl::Time start = absl::FromUnixSeconds(1000);
  EXPECT_EQ(limiter.Admit(start), absl::make_optional(0));
  EXPECT_EQ(limiter.Admit(start), absl::make_optional(0));
  EXPECT_EQ(limiter.Admit(start + absl::Seconds(1)), absl::nullopt);
  EXPECT_EQ(limiter.Admit(start + absl::Seconds(9)), absl::nullopt);
  EXPECT_EQ(limiter.Admit(start + absl::Seconds(10)), absl::make_optional(2));
  EXPECT_EQ(limiter.Admit(start + absl::Seconds(10)), absl::make_optional(0));
}

TEST(LibraryLogTest, BothLibrariesLogOneJsonObjectALine) {
  RouteLibraryLogs();
  testing::internal::CaptureStderr();
  gpr_log(GPR_ERROR, "no \"luck\"");
  google::protobuf::StringValue value;
  value.ParseFromString(std::string("\x0a\x01\xff", 3));
  const std::string logged = testing::internal::GetCapturedStderr();
  EXPECT_THAT(logged, AllOf(HasSubstr(R"("event":"grpc","message":"no \"luck\"")"), HasSubstr(R"("event":"protobuf")"),
                            HasSubstr("UTF-8")));
  EXPECT_EQ(logged.front(), '{');
}

}  // namespace
}  // namespace specrelay
