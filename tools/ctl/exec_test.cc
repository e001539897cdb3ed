#include "tools/ctl/exec.h"

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"
#include "relay/api_key.h"
#include "relay/testing/scratch_keys_file.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ExecTest : public testing::Test {
 protected:
  ExecTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
    options_.project = "p1";
    relay_.on_execute = [this](const v1::ExecuteRequest& request, v1::ExecuteResponse& response) {
      request_ = request;
      response.set_request_id(request.request_id());
      response.set_state(v1::COMMAND_STATE_APPLIED);
      response.mutable_result()->mutable_spec_list()->add_specs()->set_name("alpha");
      return grpc::Status::OK;
    };
  }

  void FailWith(const absl::Status& status) {
    relay_.on_execute = [status](const v1::ExecuteRequest&, v1::ExecuteResponse&) { return ToGrpcStatus(status); };
  }

  FakeRelay relay_;
  v1::ExecuteRequest request_;  // the last one; read after the call
  CtlOptions options_;
};

TEST_F(ExecTest, ACommandIsSentAsToldAndItsResponsePrinted) {
  options_.json = R"({"name":"alpha","document":"SPEC_DOCUMENT_TASKS","content":"- [ ] 1. x","baseHash":""})";
  options_.request_id = "r1";
  options_.timeout = absl::Seconds(7);
  options_.offline_policy = "queue";
  const CtlResult result = Ctl(options_, {"exec", "spec-document-write"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(request_.project_id(), "p1");
  EXPECT_EQ(request_.request_id(), "r1");
  EXPECT_EQ(FromProto(request_.timeout()), absl::Seconds(7));
  EXPECT_EQ(request_.offline_policy(), v1::OFFLINE_POLICY_QUEUE);
  const v1::SpecDocumentWriteRequest& write = request_.command().spec_document_write();
  EXPECT_EQ(write.name(), "alpha");
  EXPECT_EQ(write.document(), v1::SPEC_DOCUMENT_TASKS);
  EXPECT_TRUE(write.has_base_hash());
  EXPECT_EQ(result.OutJson()["requestId"], "r1");
  EXPECT_EQ(result.OutJson()["result"]["specList"]["specs"][0]["name"], "alpha");
  EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(ExecTest, DefaultsAreAnEmptyRequestAnIdOfItsOwnAndNoQueue) {
  EXPECT_EQ(Ctl(options_, {"exec", "spec-list"}).exit_code, 0);
  EXPECT_TRUE(request_.command().has_spec_list());
  EXPECT_EQ(request_.offline_policy(), v1::OFFLINE_POLICY_FAIL);
  const std::string first = request_.request_id();
  EXPECT_THAT(first, StartsWith("ctl-"));
  Ctl(options_, {"exec", "spec-list"});
  EXPECT_NE(request_.request_id(), first);
}

TEST_F(ExecTest, TheJsonMayComeFromAFileOrTheStandardInput) {
  const ScratchKeysFile scratch;
  scratch.Write(R"({"name":"from file"})");
  options_.json = absl::StrCat("@", scratch.path());
  EXPECT_EQ(Ctl(options_, {"exec", "spec-read"}).exit_code, 0);
  EXPECT_EQ(request_.command().spec_read().name(), "from file");
  options_.json = "-";
  EXPECT_EQ(Ctl(options_, {"exec", "spec-read"}, R"({"name":"from input"})").exit_code, 0);
  EXPECT_EQ(request_.command().spec_read().name(), "from input");
}

TEST_F(ExecTest, AFileThatIsNotThereIsAUsageError) {
  options_.json = "@/nonexistent/x.json";
  EXPECT_EQ(Ctl(options_, {"exec", "spec-read"}).exit_code, 1);
}

TEST_F(ExecTest, JsonThatIsNotTheCommandsIsInvalidAndNotSent) {
  for (const char* json : {"{", "", "[]", "7", R"({"nam":"alpha"})", R"({"name":{}})", "{} {}"}) {
    options_.json = json;
    const CtlResult result = Ctl(options_, {"exec", "spec-read"});
    EXPECT_EQ(result.exit_code, 2) << json;
    EXPECT_EQ(result.ErrJson()["code"], "INVALID_ARGUMENT") << json;
  }
  EXPECT_FALSE(request_.has_command());
}

TEST_F(ExecTest, MistakesInTheCommandLineAreUsageErrors) {
  EXPECT_EQ(Ctl(options_, {"exec"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"exec", "spec-list", "more"}).exit_code, 1);
  const CtlResult unknown = Ctl(options_, {"exec", "spec-lst"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("specrelay_ctl commands"));
  CtlOptions without_project = options_;
  without_project.project.clear();
  CtlOptions bad_policy = options_;
  bad_policy.offline_policy = "never";
  CtlOptions no_time = options_;
  no_time.timeout = absl::ZeroDuration();
  CtlOptions all_time = options_;
  all_time.timeout = absl::InfiniteDuration();
  for (const CtlOptions& options : {without_project, bad_policy, no_time, all_time}) {
    EXPECT_EQ(Ctl(options, {"exec", "spec-list"}).exit_code, 1);
  }
  EXPECT_FALSE(request_.has_command());
}

TEST_F(ExecTest, EachFailureOfTheRelayHasItsExitCodeAndNamesTheRequest) {
  options_.request_id = "r1";
  for (const auto& [status, exit_code] : {
           std::pair(absl::InvalidArgumentError("m"), 2),
           std::pair(absl::NotFoundError("m"), 3),
           std::pair(absl::PermissionDeniedError("m"), 4),
           std::pair(absl::UnauthenticatedError("m"), 4),
           std::pair(absl::UnavailableError("m"), 5),
           std::pair(absl::AbortedError("m"), 6),
           std::pair(absl::FailedPreconditionError("m"), 7),
           std::pair(absl::AlreadyExistsError("m"), 7),
           std::pair(absl::ResourceExhaustedError("m"), 8),
           std::pair(absl::DeadlineExceededError("m"), 9),
           std::pair(absl::UnimplementedError("m"), 10),
           std::pair(absl::InternalError("m"), 10),
       }) {
    FailWith(status);
    const CtlResult result = Ctl(options_, {"exec", "spec-list"});
    EXPECT_EQ(result.exit_code, exit_code) << status;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_EQ(result.ErrJson()["error"], "m");
    EXPECT_EQ(result.ErrJson()["requestId"], "r1");
  }
}

TEST_F(ExecTest, AConflictShowsWhatIsThereNow) {
  FailWith(ConflictError("changed", "specs/a/tasks.md", "h2", "new"));
  const CtlResult result = Ctl(options_, {"exec", "spec-list"});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_EQ(result.ErrJson()["conflict"]["currentHash"], "h2");
  EXPECT_EQ(result.ErrJson()["state"], "COMMAND_STATE_CONFLICT");
}

TEST_F(ExecTest, ALargeConflictArrivesWhole) {
  // The relay gives details as large as the client says it takes.
  const std::string content(700'000, 'x');
  relay_.on_execute = [&](const v1::ExecuteRequest&, v1::ExecuteResponse&) {
    return ToGrpcStatus(ConflictError("changed", "specs/a/tasks.md", "h2", content), kHighestMaxDetailsBytes);
  };
  const CtlResult result = Ctl(options_, {"exec", "spec-list"});
  EXPECT_EQ(result.exit_code, 6);
  EXPECT_GT(std::string(result.ErrJson()["conflict"]["currentContent"]).size(), content.size());
}

TEST_F(ExecTest, AnAgentLostOnTheWayIsAnUnknownOutcome) {
  FailWith(WithCommand(absl::UnavailableError("agent gone"), "r9", v1::COMMAND_STATE_UNKNOWN));
  const CtlResult result = Ctl(options_, {"exec", "spec-list"});
  EXPECT_EQ(result.exit_code, 9);
  EXPECT_EQ(result.ErrJson()["requestId"], "r9");
}

TEST_F(ExecTest, ACallThatGrpcGaveUpIsAnUnknownOutcomeWithTheWayToRepeatIt) {
  options_.request_id = "r1";
  for (const grpc::StatusCode code : {grpc::UNAVAILABLE, grpc::DEADLINE_EXCEEDED, grpc::INTERNAL, grpc::UNKNOWN}) {
    relay_.on_execute = [code](const v1::ExecuteRequest&, v1::ExecuteResponse&) { return grpc::Status(code, "lost"); };
    const CtlResult result = Ctl(options_, {"exec", "spec-list"});
    EXPECT_EQ(result.exit_code, 9);
    EXPECT_EQ(result.ErrJson()["state"], "COMMAND_STATE_UNKNOWN");
    EXPECT_THAT(result.err, HasSubstr("--request_id=r1"));
  }
}

TEST_F(ExecTest, APlainRefusalKeepsItsCode) {
  relay_.on_execute = [](const v1::ExecuteRequest&, v1::ExecuteResponse&) {
    return grpc::Status(grpc::NOT_FOUND, "no project");
  };
  const CtlResult result = Ctl(options_, {"exec", "spec-list"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.ErrJson()["error"], "no project");
}

TEST_F(ExecTest, SubmitReturnsAtOnceWithTheRequestId) {
  v1::SubmitRequest seen;
  relay_.on_submit = [&](const v1::SubmitRequest& request, v1::SubmitResponse& response) {
    seen = request;
    response.set_request_id(request.request_id());
    response.set_state(v1::COMMAND_STATE_QUEUED);
    return grpc::Status::OK;
  };
  options_.offline_policy = "queue";
  options_.json = R"({"name":"alpha"})";
  const CtlResult result = Ctl(options_, {"submit", "spec-archive"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(seen.command().spec_archive().name(), "alpha");
  EXPECT_EQ(seen.offline_policy(), v1::OFFLINE_POLICY_QUEUE);
  EXPECT_EQ(result.OutJson()["requestId"], seen.request_id());
  EXPECT_EQ(result.OutJson()["state"], "COMMAND_STATE_QUEUED");
}

TEST_F(ExecTest, SubmitFailsLikeExec) {
  relay_.on_submit = [](const v1::SubmitRequest&, v1::SubmitResponse&) {
    return ToGrpcStatus(absl::ResourceExhaustedError("queue full"));
  };
  EXPECT_EQ(Ctl(options_, {"submit", "spec-archive"}).exit_code, 8);
  EXPECT_EQ(Ctl(options_, {"submit"}).exit_code, 1);
}

TEST_F(ExecTest, WaitPrintsTheStatusAndExitsAsTheCommandEnded) {
  v1::CommandError not_found;
  not_found.set_code(5);
  not_found.set_message("no such spec");
  v1::CommandStatus failed;
  failed.set_state(v1::COMMAND_STATE_FAILED);
  *failed.mutable_error() = not_found;
  const auto ended_as = [](v1::CommandState state) {
    v1::CommandStatus status;
    status.set_state(state);
    return status;
  };
  for (const auto& [answer, exit_code] : {
           std::pair(ended_as(v1::COMMAND_STATE_APPLIED), 0),
           std::pair(failed, 3),
           std::pair(ended_as(v1::COMMAND_STATE_FAILED), 10),
           std::pair(ended_as(v1::COMMAND_STATE_CONFLICT), 6),
           std::pair(ended_as(v1::COMMAND_STATE_EXPIRED), 9),
           std::pair(ended_as(v1::COMMAND_STATE_UNKNOWN), 9),
           std::pair(ended_as(v1::COMMAND_STATE_CANCELLED), 10),
           std::pair(ended_as(v1::COMMAND_STATE_QUEUED), 9),
           std::pair(ended_as(v1::COMMAND_STATE_SENT), 9),
       }) {
    relay_.on_wait = [answer = answer](const v1::WaitCommandRequest& request, v1::CommandStatus& response) {
      response = answer;
      response.set_request_id(request.request_id());
      return grpc::Status::OK;
    };
    const CtlResult result = Ctl(options_, {"wait", "r7"});
    EXPECT_EQ(result.exit_code, exit_code) << answer.ShortDebugString();
    EXPECT_EQ(result.OutJson()["requestId"], "r7");
    EXPECT_EQ(result.err.empty(), exit_code == 0);
    EXPECT_EQ(result.err.empty() ? "r7" : result.ErrJson()["requestId"], "r7");
  }
}

TEST_F(ExecTest, WaitingForAnUnknownRequestIsNotFound) {
  relay_.on_wait = [](const v1::WaitCommandRequest&, v1::CommandStatus&) {
    return ToGrpcStatus(absl::NotFoundError("no such request"));
  };
  EXPECT_EQ(Ctl(options_, {"wait", "r7"}).exit_code, 3);
  EXPECT_EQ(Ctl(options_, {"wait"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"wait", ""}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
