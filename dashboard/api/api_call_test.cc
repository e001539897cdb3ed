#include "dashboard/api/api_call.h"

#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

class ApiCallTest : public testing::Test {
 protected:
  ApiCallTest() { request_.path_parameters["projectId"] = "p1"; }

  HttpResponse FailureOf(const absl::Status& status) {
    return ApiCall(api_.services, {request_, CallerOf(), "request-1", absl::InfiniteFuture()}).Failure(status);
  }

  ApiHarness api_;
  HttpRequest request_;
};

TEST_F(ApiCallTest, AWriteThatWaitsForItsAgentIsAccepted) {
  const HttpResponse response =
      FailureOf(WithCommand(absl::UnavailableError("it waits"), "request-1", v1::COMMAND_STATE_QUEUED));
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.body, R"({"requestId":"request-1","state":"QUEUED","durability":"MEMORY"})");
}

TEST_F(ApiCallTest, AServerThatIsGoingDownIsNotTakenForAMissingAgent) {
  api_.Connect("p1", AnswersEmpty());
  const HttpResponse response = FailureOf(absl::UnavailableError("the relay is going down"));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, R"({"error":"the relay is going down"})");
}

TEST_F(ApiCallTest, OnlyWhatTheAgentDidNotFindGetsTheOtherCode) {
  const absl::Status from_relay = absl::NotFoundError("no such project");
  const absl::Status from_agent = WithCommand(absl::NotFoundError("no such spec"), "r1", v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(IfAgentDoesNotFind(from_relay, absl::StatusCode::kInvalidArgument), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(IfAgentDoesNotFind(from_agent, absl::StatusCode::kInvalidArgument),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(IfAgentDoesNotFind(absl::AbortedError("x"), absl::StatusCode::kInvalidArgument),
              HasCode(absl::StatusCode::kAborted));
}

}  // namespace
}  // namespace specrelay
