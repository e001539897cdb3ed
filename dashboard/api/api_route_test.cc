#include "dashboard/api/api_route.h"

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr size_t kLargeBytes = size_t{1} << 20;

// A query of one command whose agent answers when the test says so.
class ApiQueryTest : public testing::Test {
 protected:
  ApiQueryTest() {
    request_.path_parameters["projectId"] = "p1";
    route_ = ApiRoute(api_.services, {"GET", "/api/projects/{projectId}/x", Access::kViewer, "", "", ""},
                      ApiQuery{Command, Answer});
  }

  static absl::StatusOr<v1::Command> Command(const ApiCall& call) {
    if (call.project_id() == "refused") return absl::InvalidArgumentError("no such thing");
    v1::Command command;
    command.mutable_file_read()->set_path("x");
    return command;
  }

  static absl::StatusOr<HttpResponse> Answer(const ApiCall&, const v1::CommandResult& result) {
    HttpResponse response;
    response.body = result.file_read().content();
    return response;
  }

  std::unique_ptr<PendingResponse> Begin() {
    std::unique_ptr<PendingResponse> pending = route_.begin(context_);
    pending->Begin([this] { ++ready_; });
    return pending;
  }

  // The agent's answer to the command that came last.
  void AgentAnswers(const RelayHarness::Agent& agent, std::string content) {
    const std::vector<std::string> ids = RelayHarness::Deliveries(agent);
    ASSERT_THAT(ids, SizeIs(1));
    v1::AgentFrame frame;
    frame.mutable_outcome()->set_request_id(ids[0]);
    frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
    frame.mutable_outcome()->mutable_result()->mutable_file_read()->set_content(std::move(content));
    api_.relay.relay.OnFrame(agent.session, std::move(frame));
  }

  ApiHarness api_;
  HttpRequest request_;
  const CallContext context_{request_, CallerOf(), "request-1", absl::InfiniteFuture()};
  Route route_;
  int ready_ = 0;
};

TEST_F(ApiQueryTest, IsReadyWhenTheAgentHasAnsweredOnWhateverThread) {
  const RelayHarness::Agent agent = api_.relay.Connect("p1", "uid");
  const std::unique_ptr<PendingResponse> pending = Begin();
  EXPECT_EQ(ready_, 0);
  std::thread([&] { AgentAnswers(agent, "text"); }).join();
  EXPECT_EQ(ready_, 1);
  EXPECT_FALSE(pending->IsLarge());
  const HttpResponse response = pending->Finish();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "text");
}

TEST_F(ApiQueryTest, ALargeAnswerSaysSo) {
  const RelayHarness::Agent agent = api_.relay.Connect("p1", "uid");
  const std::unique_ptr<PendingResponse> pending = Begin();
  AgentAnswers(agent, std::string(kLargeBytes, 'x'));
  EXPECT_TRUE(pending->IsLarge());
  EXPECT_EQ(pending->Finish().body.size(), kLargeBytes);
}

TEST_F(ApiQueryTest, WhatCannotBeSentIsReadyAtOnce) {
  const std::unique_ptr<PendingResponse> nobody = Begin();
  EXPECT_EQ(ready_, 1);
  EXPECT_EQ(nobody->Finish().status, 404) << "there is no such project";
  request_.path_parameters["projectId"] = "refused";
  const std::unique_ptr<PendingResponse> refused = Begin();
  EXPECT_EQ(ready_, 2);
  const HttpResponse response = refused->Finish();
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("no such thing"));
}

TEST_F(ApiQueryTest, OneThatIsGivenUpHasNoOutcomeAndIsNotToldLater) {
  const RelayHarness::Agent agent = api_.relay.Connect("p1", "uid");
  std::unique_ptr<PendingResponse> pending = Begin();
  EXPECT_EQ(pending->Finish().status, 504);
  pending.reset();
  AgentAnswers(agent, "late");
  EXPECT_EQ(ready_, 0);
}

TEST_F(ApiQueryTest, NobodyIsToldWhenTheClientHasGone) {
  const RelayHarness::Agent agent = api_.relay.Connect("p1", "uid");
  Begin().reset();
  AgentAnswers(agent, "late");
  EXPECT_EQ(ready_, 0);
}

}  // namespace
}  // namespace specrelay
