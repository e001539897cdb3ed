// Commands through a server: what each kind of failure looks like to a client, and that no call is ever left hanging.

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/support/command_error.h"
#include "proto/support/iso_time.h"
#include "proto/support/relay_greeting.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"
#include "relay/relay_server.h"
#include "relay/testing/raw_call.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class RelayServerCommandsTest : public RelayServerTest {
 protected:
  // Answers with `status` instead of executing.
  static FakeAgent::Handler FailsWith(const absl::Status& status) {
    return [status](const v1::CommandDelivery& delivery) {
      v1::CommandOutcome outcome;
      outcome.set_request_id(delivery.request_id());
      outcome.set_state(FinalState(status));
      *outcome.mutable_error() = ToCommandError(status);
      return outcome;
    };
  }
  static absl::optional<v1::CommandOutcome> Silent(const v1::CommandDelivery&) { return absl::nullopt; }
};

TEST_F(RelayServerCommandsTest, AnAgentExecutesACommandAndTheCallerGetsItsAnswer) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", [](const v1::CommandDelivery& delivery) {
    v1::CommandOutcome outcome = Applied(delivery);
    outcome.mutable_result()->mutable_spec_list()->add_specs()->set_name("login");
    return outcome;
  });
  ASSERT_OK_AND_ASSIGN(const v1::ExecuteResponse response, Execute(SpecListRequestFor("p1", "r1")));
  EXPECT_EQ(response.request_id(), "r1");
  EXPECT_EQ(response.agent_instance(), "uid-1");
  EXPECT_EQ(response.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(response.result().spec_list().specs(0).name(), "login");
  ASSERT_THAT(agent->commands(), SizeIs(1));
  EXPECT_EQ(agent->commands()[0].actor().account(), "acme");
  EXPECT_THAT(agent->commands()[0].actor().client(), HasSubstr("grpc-c++"));
}

TEST_F(RelayServerCommandsTest, ACallTellsTheRoleOfItsKey) {
  StartServer();
  const auto context = Context(user_key_);
  v1::ListProjectsResponse response;
  ASSERT_TRUE(v1::Relay::NewStub(channel_)->ListProjects(context.get(), {}, &response).ok());
  const auto role = context->GetServerInitialMetadata().find(kRoleMetadataKey);
  ASSERT_NE(role, context->GetServerInitialMetadata().end());
  EXPECT_EQ(role->second, "user");
}

TEST_F(RelayServerCommandsTest, ListingProjectsTellsTimeAndProtocolEvenToAKeyThatMayNotListThem) {
  StartServer();
  for (const std::string& key : {user_key_, agent_key_}) {
    const auto context = Context(key);
    v1::ListProjectsResponse response;
    const grpc::Status status = v1::Relay::NewStub(channel_)->ListProjects(context.get(), {}, &response);
    EXPECT_EQ(status.error_code(), key == user_key_ ? grpc::StatusCode::OK : grpc::StatusCode::PERMISSION_DENIED);
    const auto& metadata = context->GetServerInitialMetadata();
    ASSERT_EQ(metadata.count(kTimeMetadataKey), 1u);
    const grpc::string_ref text = metadata.find(kTimeMetadataKey)->second;
    EXPECT_EQ(ParseIsoTime(absl::string_view(text.data(), text.size())), clock_.Now());
    ASSERT_EQ(metadata.count(kProtocolMetadataKey), 1u);
    EXPECT_EQ(metadata.find(kProtocolMetadataKey)->second, "1-1");
  }
}

TEST_F(RelayServerCommandsTest, AnUnknownProjectIsNotFound) {
  StartServer();
  EXPECT_THAT(Execute(SpecListRequestFor("nope")), IsStatus(absl::StatusCode::kNotFound, HasSubstr("nope")));
}

TEST_F(RelayServerCommandsTest, AnAgentThatIsGoneIsUnavailable) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  agent->CloseWrites();
  EXPECT_TRUE(agent->WaitForEnd().ok());
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("p1")));
}

TEST_F(RelayServerCommandsTest, BadArgumentsAreInvalidArgument) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  v1::ExecuteRequest no_command;
  no_command.set_project_id("p1");
  EXPECT_THAT(Execute(no_command), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("command")));
  EXPECT_THAT(Execute(SpecListRequestFor("p1", std::string(129, 'x'))),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("request_id")));
  v1::ExecuteRequest too_long = SpecListRequestFor("p1");
  too_long.mutable_timeout()->set_seconds(601);
  EXPECT_THAT(Execute(too_long), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("timeout")));
  EXPECT_THAT(agent->commands(), IsEmpty());
}

TEST_F(RelayServerCommandsTest, MalformedRequestsAreInvalidArgumentWithAReason) {
  StartServer();
  const std::string not_utf8("\x0a\x02\xc3\x28", 4);  // project_id
  const std::string truncated("\x0a\x7f", 2);
  for (const char* method : {"Execute", "Submit"}) {
    for (const std::string& request : {not_utf8, truncated}) {
      const RawResult result = RawCall(channel_, absl::StrCat("/specrelay.v1.Relay/", method), {request}, user_key_);
      EXPECT_EQ(result.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << method;
      EXPECT_THAT(result.status.error_message(), AllOf(HasSubstr(method), HasSubstr("UTF-8")));
    }
  }
  EXPECT_EQ(RawCall(channel_, "/specrelay.v1.Relay/Execute", {}, user_key_).status.error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(RelayServerCommandsTest, CompressedRequestsAreRefused) {
  StartServer();
  const auto context = Context(user_key_);
  context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::ExecuteResponse response;
  const grpc::Status status =
      v1::Relay::NewStub(channel_)->Execute(context.get(), FileWriteRequest("p1", "r1", 100'000), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
}

TEST_F(RelayServerCommandsTest, EveryCodeThatAnAgentAnswersReachesTheCaller) {
  StartServer();
  for (const absl::StatusCode code :
       {absl::StatusCode::kNotFound, absl::StatusCode::kInvalidArgument, absl::StatusCode::kPermissionDenied,
        absl::StatusCode::kAborted, absl::StatusCode::kFailedPrecondition, absl::StatusCode::kAlreadyExists,
        absl::StatusCode::kResourceExhausted, absl::StatusCode::kUnimplemented, absl::StatusCode::kInternal}) {
    const auto agent = StartAgent("p1", absl::StrCat("uid-", code), FailsWith(absl::Status(code, "what and why")));
    const absl::StatusOr<v1::ExecuteResponse> response = Execute(FileWriteRequest("p1", ""));
    EXPECT_THAT(response, IsStatus(code, "what and why"));
    const v1::CommandError error = ToCommandError(response.status());
    EXPECT_EQ(error.state(), FinalState(absl::Status(code, "")));
    EXPECT_THAT(error.request_id(), testing::Not(IsEmpty()));
  }
}

TEST_F(RelayServerCommandsTest, ADecisionThatWasMadeTellsByWhomAndWhen) {
  StartServer();
  v1::PreconditionDetail detail;
  detail.mutable_actor()->set_key_name("ana");
  *detail.mutable_at() = ToProto(clock_.Now());
  const auto agent = StartAgent(
      "p1", "uid-1", FailsWith(PreconditionError(absl::StatusCode::kFailedPrecondition, "already approved", detail)));
  const absl::StatusOr<v1::ExecuteResponse> response = Execute(FileWriteRequest("p1", ""));
  EXPECT_THAT(response, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(ToCommandError(response.status()).precondition().actor().key_name(), "ana");
  EXPECT_EQ(FromProto(ToCommandError(response.status()).precondition().at()), clock_.Now());
}

TEST_F(RelayServerCommandsTest, AConflictCarriesTheCurrentContent) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", FailsWith(ConflictError("changed", "specs/a/design.md", "abcd", "now")));
  const absl::StatusOr<v1::ExecuteResponse> response = Execute(FileWriteRequest("p1", ""));
  EXPECT_THAT(response, HasCode(absl::StatusCode::kAborted));
  const v1::CommandError error = ToCommandError(response.status());
  EXPECT_EQ(error.conflict().current_hash(), "abcd");
  EXPECT_EQ(error.conflict().current_content(), "now");
  EXPECT_EQ(error.state(), v1::COMMAND_STATE_CONFLICT);
}

TEST_F(RelayServerCommandsTest, ALargeConflictLeavesTheContentOutUnlessTheClientTakesLargeDetails) {
  StartServer();
  const std::string content(700'000, 'c');
  const auto agent = StartAgent("p1", "uid-1", FailsWith(ConflictError("changed", "a.md", "abcd", content)));
  const v1::CommandError cut = ToCommandError(Execute(FileWriteRequest("p1", "")).status());
  EXPECT_EQ(cut.code(), static_cast<int>(absl::StatusCode::kAborted));
  EXPECT_TRUE(cut.conflict().content_omitted());

  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 2 << 20);
  const auto context = Context(user_key_);
  context->AddMetadata(kMaxDetailsMetadataKey, absl::StrCat(1 << 20));
  v1::ExecuteResponse response;
  const grpc::Status status =
      v1::Relay::NewStub(Connect(arguments))->Execute(context.get(), FileWriteRequest("p1", ""), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
  EXPECT_TRUE(ToCommandError(FromGrpcStatus(status)).conflict().current_content() == content);
}

TEST_F(RelayServerCommandsTest, TheLongestMessageFitsIntoWhatClientsAccept) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", FailsWith(absl::NotFoundError(std::string(100'000, '%'))));
  EXPECT_THAT(Execute(FileWriteRequest("p1", std::string(128, 'r'))),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("%%%")));
}

TEST_F(RelayServerCommandsTest, NoAnswerInTimeIsDeadlineExceededAndTheStateUnknown) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", Silent);
  std::thread later([&] {
    ASSERT_TRUE(Eventually([&] { return agent->commands().size() == 1; }));
    clock_.Advance(absl::Seconds(31));
  });
  const absl::StatusOr<v1::ExecuteResponse> response = Execute(FileWriteRequest("p1", "r1"));
  later.join();
  EXPECT_THAT(response, IsStatus(absl::StatusCode::kDeadlineExceeded, HasSubstr("same request id")));
  EXPECT_EQ(ToCommandError(response.status()).state(), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayServerCommandsTest, ACallerThatGivesUpTakesItsCommandBack) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", Silent);
  const auto context = Context(user_key_);
  std::thread later([&] {
    ASSERT_TRUE(Eventually([&] { return agent->commands().size() == 1; }));
    context->TryCancel();
  });
  v1::ExecuteResponse response;
  const grpc::Status status =
      v1::Relay::NewStub(channel_)->Execute(context.get(), FileWriteRequest("p1", "r1"), &response);
  later.join();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_cancel(); }).cancel().request_id(), "r1");
}

TEST_F(RelayServerCommandsTest, ACallersOwnDeadlineTakesItsCommandBackToo) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", Silent);
  grpc::ClientContext context;
  context.AddMetadata("authorization", absl::StrCat("Bearer ", user_key_));
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
  v1::ExecuteResponse response;
  const grpc::Status status = v1::Relay::NewStub(channel_)->Execute(&context, FileWriteRequest("p1", "r1"), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_cancel(); });
}

TEST_F(RelayServerCommandsTest, AnAgentThatVanishesFailsItsCommandsAtOnce) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", Silent);
  std::vector<std::thread> callers;
  std::atomic<int> unavailable{0};
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&, i] {
      const absl::StatusOr<v1::ExecuteResponse> response = Execute(FileWriteRequest("p1", absl::StrCat("r", i)));
      if (absl::IsUnavailable(response.status()) &&
          ToCommandError(response.status()).state() == v1::COMMAND_STATE_UNKNOWN) {
        ++unavailable;
      }
    });
  }
  EXPECT_TRUE(Eventually([&] { return agent->commands().size() == 8; }));
  const auto start = std::chrono::steady_clock::now();
  agent->Vanish();
  for (std::thread& caller : callers) caller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(unavailable, 8);
}

TEST_F(RelayServerCommandsTest, CommandsOfAnAgentThatVanishesGoToTheNextInstanceWrittenOrNot) {
  StartServer();
  const auto older = StartAgent("p1", "uid-1");
  auto latest = std::make_unique<FakeAgent>(Connect(), agent_key_, nullptr, Reading::kNo);
  latest->SendRegister(RegistrationOf("p1", "uid-2"));
  ASSERT_TRUE(Eventually(
      [&] { return server_->agent_count() == 2 && ListProjects(user_key_)->projects(0).agents_size() == 2; }));

  // The first is larger than what the transport takes from a stream that is not read: the others wait behind it.
  for (int i = 0; i < 4; ++i) {
    ASSERT_THAT(Submit(FileWriteRequest("p1", absl::StrCat("r", i), i == 0 ? 3 << 20 : 1)), IsOk());
  }
  latest->Vanish();
  for (int i = 0; i < 4; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::CommandStatus status, WaitCommand(absl::StrCat("r", i), user_key_));
    EXPECT_EQ(status.state(), v1::COMMAND_STATE_APPLIED);
    EXPECT_EQ(status.agent_instance(), "uid-1");
  }
  EXPECT_THAT(older->commands(), SizeIs(4));
}

TEST_F(RelayServerCommandsTest, AWriteForAnAgentThatIsAwayIsQueuedListedAndReplayed) {
  StartServer();
  StartAgent("p1", "uid-1")->CloseWrites();
  ASSERT_TRUE(Eventually([&] { return server_->agent_count() == 0; }));
  v1::ExecuteRequest write = FileWriteRequest("p1", "r1");
  write.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
  ASSERT_OK_AND_ASSIGN(const v1::ExecuteResponse queued, Execute(write));
  EXPECT_EQ(queued.state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(queued.durability(), v1::QUEUE_DURABILITY_MEMORY);
  write.set_request_id("r2");
  ASSERT_OK_AND_ASSIGN(const v1::SubmitResponse submitted, Submit(write));
  EXPECT_EQ(submitted.state(), v1::COMMAND_STATE_QUEUED);

  const auto stub = v1::Relay::NewStub(channel_);
  v1::CancelCommandRequest cancel;
  cancel.set_request_id("r2");
  v1::CommandStatus cancelled;
  ASSERT_TRUE(stub->CancelCommand(Context(user_key_).get(), cancel, &cancelled).ok());
  EXPECT_EQ(cancelled.state(), v1::COMMAND_STATE_CANCELLED);
  v1::ListQueueRequest list;
  list.set_project_id("p1");
  v1::ListQueueResponse listed;
  ASSERT_TRUE(stub->ListQueue(Context(user_key_).get(), list, &listed).ok());
  ASSERT_EQ(listed.commands_size(), 1);
  v1::GetQueuedCommandRequest get;
  get.set_request_id("r1");
  v1::QueuedCommand got;
  ASSERT_TRUE(stub->GetQueuedCommand(Context(user_key_).get(), get, &got).ok());
  EXPECT_EQ(got.command().file_write().path(), write.command().file_write().path());
  v1::ResolveConflictRequest resolve;
  resolve.set_request_id("r1");
  resolve.set_resolution(v1::CONFLICT_RESOLUTION_DISCARD);
  v1::ResolveConflictResponse resolved;
  EXPECT_EQ(stub->ResolveConflict(Context(user_key_).get(), resolve, &resolved).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);

  const auto agent = StartAgent("p1", "uid-2");
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus applied, WaitCommand("r1", user_key_));
  EXPECT_EQ(applied.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(applied.agent_instance(), "uid-2");
  EXPECT_THAT(agent->commands(), SizeIs(1));
}

TEST_F(RelayServerCommandsTest, AnswersToUnknownRequestsAndSecondAnswersChangeNothing) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  v1::AgentFrame stray;
  stray.mutable_outcome()->set_request_id("never-asked");
  stray.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
  ASSERT_TRUE(agent->Send(stray));
  ASSERT_THAT(Execute(SpecListRequestFor("p1", "r1")), IsOk());
  stray.mutable_outcome()->set_request_id("r1");
  stray.mutable_outcome()->set_state(v1::COMMAND_STATE_FAILED);
  ASSERT_TRUE(agent->Send(stray));
  EXPECT_THAT(Execute(SpecListRequestFor("p1", "r2")), IsOk());
}

TEST_F(RelayServerCommandsTest, ASubmittedCommandIsWaitedForByItsId) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  ASSERT_OK_AND_ASSIGN(const v1::SubmitResponse submitted, Submit(SpecListRequestFor("p1", "r1")));
  EXPECT_EQ(submitted.request_id(), "r1");
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus status, WaitCommand("r1", user_key_));
  EXPECT_EQ(status.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(status.result().has_spec_list());
  EXPECT_THAT(WaitCommand("r2", user_key_), IsStatus(absl::StatusCode::kNotFound, HasSubstr("r2")));
}

TEST_F(RelayServerCommandsTest, ACommandThatIsTooLargeIsRefusedAndTheAgentStays) {
  relay_options_.max_frame_bytes = 1 << 20;
  server_options_.max_receive_bytes = 2 << 20;
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  EXPECT_THAT(Execute(FileWriteRequest("p1", "", (1 << 20) + 1)),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("1048576")));
  EXPECT_THAT(Execute(FileWriteRequest("p1", "", 3 << 20)), HasCode(absl::StatusCode::kResourceExhausted))
      << "refused by the transport";
  EXPECT_THAT(Execute(FileWriteRequest("p1", "", 1'000'000)), IsOk()) << "the agent is still there";
  EXPECT_THAT(agent->commands(), SizeIs(1));
}

TEST_F(RelayServerCommandsTest, AnAnswerOfSixtyFourMebibytesArrives) {
  StartServer();
  const std::string content(64 << 20, 'z');
  const auto agent = StartAgent("p1", "uid-1", [&](const v1::CommandDelivery& delivery) {
    v1::CommandOutcome outcome = Applied(delivery);
    outcome.mutable_result()->mutable_file_read()->set_content(content);
    return outcome;
  });
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  v1::ExecuteRequest request;
  request.set_project_id("p1");
  request.mutable_command()->mutable_file_read()->set_path("big.bin");
  v1::ExecuteResponse response;
  const grpc::Status status =
      v1::Relay::NewStub(Connect(arguments))->Execute(Context(user_key_).get(), request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.result().file_read().content() == content);
}

TEST_F(RelayServerCommandsTest, EveryCallEndsOnceWhileCallersGiveUpAndAgentsComeAndGo) {
  StartServer();
  std::atomic<bool> stop{false};
  std::thread agents([&] {
    for (int i = 0; !stop; ++i) {
      const auto agent = StartAgent("p1", absl::StrCat("uid-", i % 3));
      const size_t enough = 20 + i % 50;
      Eventually([&] { return stop || agent->commands().size() >= enough; });
      if (i % 2 == 0) agent->CloseWrites();
    }
  });
  ASSERT_TRUE(Eventually([&] { return Execute(SpecListRequestFor("p1")).ok(); }));
  std::atomic<int> ended{0};
  std::atomic<int> applied{0};
  std::vector<std::thread> callers;
  constexpr int kCallers = 8;
  constexpr int kCalls = 150;
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&, caller] {
      const auto channel = Connect();
      for (int i = 0; i < kCalls; ++i) {
        const auto context = Context(user_key_);
        std::thread canceller;
        if (i % 3 == 0) {
          context->set_deadline(std::chrono::system_clock::now() + std::chrono::microseconds(500 * (i % 10)));
        } else if (i % 3 == 1) {
          canceller = std::thread([&context] { context->TryCancel(); });
        }
        v1::ExecuteResponse response;
        const grpc::Status status = v1::Relay::NewStub(channel)->Execute(
            context.get(), SpecListRequestFor("p1", absl::StrCat("r", caller, "-", i)), &response);
        if (canceller.joinable()) canceller.join();
        if (status.ok()) ++applied;
        ++ended;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  stop = true;
  agents.join();
  EXPECT_EQ(ended, kCallers * kCalls);
  EXPECT_GT(applied, kCalls);
  EXPECT_TRUE(Eventually([&] { return relay_->pending_commands() == 0; }));
}

}  // namespace
}  // namespace specrelay
