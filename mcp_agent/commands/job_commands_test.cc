// Commands on runs of jobs that are sent again.
#include <string>

#include "absl/strings/string_view.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

class JobCommandsTest : public ::testing::Test {
 protected:
  JobCommandsTest() {
    EXPECT_THAT(harness_.Execute(R"({"jobCreate": {"job": {"id": "a", "name": "A", "type": "cleanup-specs",
                                 "config": {"daysOld": 30}, "schedule": "0 0 * * *"}}})"),
                IsOk());
  }

  v1::CommandOutcome Run(absl::string_view request_id, absl::string_view job_id) {
    v1::CommandDelivery delivery;
    delivery.set_request_id(std::string(request_id));
    delivery.mutable_command()->mutable_job_run()->set_id(std::string(job_id));
    return harness_.Deliver(delivery);
  }

  v1::CommandOutcome Cancel(absl::string_view request_id, absl::string_view job_id) {
    v1::CommandDelivery delivery;
    delivery.set_request_id(std::string(request_id));
    delivery.mutable_command()->mutable_job_cancel()->set_id(std::string(job_id));
    return harness_.Deliver(delivery);
  }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(JobCommandsTest, ARunThatIsSentAgainGetsItsRecord) {
  const v1::CommandOutcome first = Run("r1", "a");
  EXPECT_EQ(first.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(Run("r1", "a").SerializeAsString(), first.SerializeAsString());
}

TEST_F(JobCommandsTest, AnotherCommandUnderTheRequestIdOfARunOrACancellationIsRefused) {
  ASSERT_EQ(Run("r1", "a").state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(Run("r1", "b").error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Cancel("r1", "a").error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  ASSERT_EQ(Cancel("c1", "a").state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(Cancel("c1", "b").error().code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
