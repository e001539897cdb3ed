#include "tools/ctl/queue.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "relay/api_key.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

class QueueTest : public testing::Test {
 protected:
  QueueTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
  }

  FakeRelay relay_;
  CtlOptions options_;
};

TEST_F(QueueTest, TheQueueOfAProjectIsListedWithWhatHasExpired) {
  relay_.on_queue = [](const v1::ListQueueRequest& request, v1::ListQueueResponse& response) {
    EXPECT_TRUE(request.include_ended());
    response.add_commands()->mutable_status()->set_project_id(request.project_id());
    return grpc::Status::OK;
  };
  options_.project = "p7";
  EXPECT_EQ(Ctl(options_, {"queue"}).OutJson()["commands"][0]["status"]["projectId"], "p7");
  relay_.on_queue = nullptr;
  EXPECT_EQ(Ctl(options_, {"queue"}).out, "{\"commands\":[]}\n");
}

TEST_F(QueueTest, OneCommandIsToldTakenBackOrDecidedAbout) {
  relay_.on_queued = [](const v1::GetQueuedCommandRequest& request, v1::QueuedCommand& response) {
    response.mutable_status()->set_request_id(request.request_id());
    return grpc::Status::OK;
  };
  relay_.on_cancel = [](const v1::CancelCommandRequest& request, v1::CommandStatus& response) {
    response.set_request_id(request.request_id());
    return grpc::Status::OK;
  };
  relay_.on_resolve = [](const v1::ResolveConflictRequest& request, v1::ResolveConflictResponse& response) {
    if (request.resolution() == v1::CONFLICT_RESOLUTION_RESEND) response.set_request_id(request.request_id() + "~1");
    return grpc::Status::OK;
  };
  EXPECT_EQ(Ctl(options_, {"queue", "get", "r"}).OutJson()["status"]["requestId"], "r");
  EXPECT_EQ(Ctl(options_, {"queue", "cancel", "r"}).OutJson()["requestId"], "r");
  EXPECT_EQ(Ctl(options_, {"queue", "resend", "r"}).OutJson()["requestId"], "r~1");
  const CtlResult discarded = Ctl(options_, {"queue", "discard", "r"});
  EXPECT_EQ(discarded.exit_code, 0);
  EXPECT_EQ(discarded.OutJson().value("requestId", ""), "");
}

TEST_F(QueueTest, ARefusalIsToldAsItIs) {
  relay_.on_cancel = [](const v1::CancelCommandRequest&, v1::CommandStatus&) {
    return ToGrpcStatus(absl::FailedPreconditionError("the command is on its way"));
  };
  const CtlResult result = Ctl(options_, {"queue", "cancel", "r"});
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_THAT(result.err, testing::HasSubstr("on its way"));
}

TEST_F(QueueTest, MistakesInTheCommandLineAreUsageErrors) {
  EXPECT_EQ(Ctl(options_, {"queue"}).exit_code, 1) << "no project";
  EXPECT_EQ(Ctl(options_, {"queue", "cancel"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"queue", "guess", "r"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"queue", "get", ""}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
