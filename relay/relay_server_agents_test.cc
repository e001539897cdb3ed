// Agents at a server: who may connect, and how a stream ends that does not behave.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "proto/support/frame_batch.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/relay_server.h"
#include "relay/testing/raw_call.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kConnect[] = "/specrelay.v1.AgentGateway/Connect";

MATCHER_P2(Ends, code, message, "") {
  *result_listener << arg.error_code() << ": " << arg.error_message();
  return arg.error_code() == code && testing::ExplainMatchResult(message, arg.error_message(), result_listener);
}

class RelayServerAgentsTest : public RelayServerTest {
 protected:
  // An agent that has said nothing yet.
  std::unique_ptr<FakeAgent> Open(absl::string_view key, Reading reading = Reading::kYes) {
    return std::make_unique<FakeAgent>(Connect(), key, Applied, reading);
  }
  static std::string Bytes(const v1::Register& registration) {
    v1::AgentFrame frame;
    *frame.mutable_register_() = registration;
    return frame.SerializeAsString();
  }
};

TEST_F(RelayServerAgentsTest, AKeyOfTheAgentRoleIsNeeded) {
  StartServer();
  const auto agent = Open(user_key_);
  agent->SendRegister(RegistrationOf("p1", "uid-1"));
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("agent")));
  EXPECT_EQ(ListProjects(user_key_)->projects_size(), 0);
}

TEST_F(RelayServerAgentsTest, AKeyThatIsBoundToAProjectServesNoOther) {
  const std::string key = MakeKey(Role::kAgent, "acme", {"p1"}).key;
  StartServer();
  const auto agent = Open(key);
  agent->SendRegister(RegistrationOf("p2", "uid-1"));
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::PERMISSION_DENIED, HasSubstr("p2")));
}

TEST_F(RelayServerAgentsTest, TheFirstFrameMustBeRegister) {
  StartServer();
  const auto hasty = Open(agent_key_);
  v1::AgentFrame pong;
  pong.mutable_pong()->set_nonce(1);
  hasty->Send(pong);
  EXPECT_THAT(hasty->WaitForEnd(), Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("must be Register")));
  const auto silent = Open(agent_key_);
  silent->CloseWrites();
  EXPECT_THAT(silent->WaitForEnd(), Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("must be Register")));
}

TEST_F(RelayServerAgentsTest, RegisterMustComeWithinTenSeconds) {
  StartServer();
  const auto agent = Open(agent_key_);
  ASSERT_TRUE(Eventually([&] { return server_->agent_count() == 1; }));
  clock_.Advance(absl::Seconds(11));
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::DEADLINE_EXCEEDED, HasSubstr("no Register")));
  EXPECT_TRUE(Eventually([&] { return server_->agent_count() == 0; }));
}

TEST_F(RelayServerAgentsTest, AnOldProtocolVersionIsRefused) {
  StartServer();
  const auto agent = Open(agent_key_);
  v1::Register registration = RegistrationOf("p1", "uid-1");
  registration.set_protocol_version(0);
  agent->SendRegister(registration);
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::FAILED_PRECONDITION, HasSubstr("version")));
}

TEST_F(RelayServerAgentsTest, ASecondRegisterOnAStreamEndsIt) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  agent->SendRegister(RegistrationOf("p2", "uid-1"));
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("twice")));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(RelayServerAgentsTest, ANewStreamOfTheSameInstanceReplacesTheOldOne) {
  StartServer();
  const auto old_stream = StartAgent("p1", "uid-1");
  const auto new_stream = StartAgent("p1", "uid-1");
  EXPECT_THAT(old_stream->WaitForEnd(), Ends(grpc::StatusCode::ABORTED, HasSubstr("replaced")));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
  EXPECT_THAT(old_stream->commands(), SizeIs(0));
  EXPECT_THAT(new_stream->commands(), SizeIs(1));
}

TEST_F(RelayServerAgentsTest, FramesAndFieldsOfTheFutureAreIgnored) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  v1::AgentFrame unknown;
  unknown.GetReflection()->MutableUnknownFields(&unknown)->AddLengthDelimited(999, "news");
  ASSERT_TRUE(agent->Send(unknown));
  ASSERT_TRUE(agent->Send(v1::AgentFrame()));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
}

TEST_F(RelayServerAgentsTest, FramesThatComeInOneMessageAreAllTaken) {
  StartServer();
  FakeAgent agent(Connect(), agent_key_, /*handler=*/nullptr);
  agent.SendRegister(RegistrationOf("p1", "uid-1"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 1; }));
  for (const char* id : {"r1", "r2"}) ASSERT_THAT(Submit(FileWriteRequest("p1", id)), IsOk());
  ASSERT_TRUE(Eventually([&] { return agent.commands().size() == 2; }));
  v1::AgentFrame batch;
  *batch.mutable_outcome() = Applied(agent.commands()[0]);
  *batch.add_more()->mutable_outcome() = Applied(agent.commands()[1]);
  ASSERT_TRUE(agent.Send(batch));
  for (const char* id : {"r1", "r2"}) EXPECT_EQ(WaitCommand(id, user_key_)->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayServerAgentsTest, AMessageOfTooManyFramesEndsTheStream) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  v1::AgentFrame batch;
  for (int i = 0; i <= kMaxBatchFrames; ++i) batch.add_more()->mutable_pong();
  agent->Send(batch);
  EXPECT_THAT(agent->WaitForEnd(), Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("257 more")));
}

TEST_F(RelayServerAgentsTest, AMalformedFrameEndsTheStreamWithAReason) {
  StartServer();
  const std::string garbage("\x1a\x7f\xff\xff", 4);
  const std::string not_utf8("\x0a\x04\x0a\x02\xc3\x28", 6);  // Register.agent_id
  for (const std::string& frame : {garbage, not_utf8}) {
    EXPECT_THAT(RawCall(channel_, kConnect, {frame}, agent_key_, false).status,
                Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("AgentFrame")));
  }
  const RawResult registered =
      RawCall(channel_, kConnect, {Bytes(RegistrationOf("p1", "uid-1")), garbage}, agent_key_, false);
  EXPECT_THAT(registered.status, Ends(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("AgentFrame")));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(RelayServerAgentsTest, AFrameThatIsTooLargeEndsOnlyItsOwnStream) {
  server_options_.max_receive_bytes = 1 << 20;
  StartServer();
  const auto good = StartAgent("p1", "uid-1");
  const auto bad = StartAgent("p2", "uid-2");
  v1::AgentFrame frame;
  frame.mutable_outcome()->mutable_result()->mutable_file_read()->set_content(std::string(2 << 20, 'x'));
  bad->Send(frame);
  EXPECT_FALSE(bad->WaitForEnd().ok());
  EXPECT_TRUE(Eventually([&] { return server_->agent_count() == 1; }));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
}

TEST_F(RelayServerAgentsTest, AnAgentThatDoesNotReadIsDroppedAndItsCommandsFail) {
  StartServer();
  const auto agent = Open(agent_key_, Reading::kNo);
  agent->SendRegister(RegistrationOf("p1", "uid-1"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 1; }));
  ASSERT_THAT(Submit(FileWriteRequest("p1", "stuck", 4 << 20)), IsOk());
  ASSERT_THAT(Submit(FileWriteRequest("p1", "behind")), IsOk());
  // The watchdog of writes, not the heartbeat: the agent lives, it only does not read.
  relay_->Tick();
  clock_.Advance(absl::Seconds(29));
  v1::AgentFrame alive;
  alive.mutable_pong();
  ASSERT_TRUE(agent->Send(alive));
  clock_.Advance(absl::Seconds(2));
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus stuck, WaitCommand("stuck", user_key_));
  EXPECT_EQ(stuck.state(), v1::COMMAND_STATE_UNKNOWN);
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus behind, WaitCommand("behind", user_key_));
  EXPECT_NE(behind.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(Eventually([&] { return server_->agent_count() == 0; }));
  EXPECT_FALSE(agent->WaitForEnd().ok());
}

TEST_F(RelayServerAgentsTest, AStreamThatEndsDoesNotWaitLongForAFrameThatTheAgentDoesNotTake) {
  const CreatedKey key = MakeKey(Role::kAgent);
  StartServer();
  const auto agent = Open(key.key, Reading::kNo);
  agent->SendRegister(RegistrationOf("p1", "uid-1"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 1; }));
  ASSERT_THAT(Submit(FileWriteRequest("p1", "stuck", 4 << 20)), IsOk());
  ASSERT_THAT(RevokeKeyById(keys_file_.path(), key.record.principal.key_id, clock_), IsOk());
  ASSERT_THAT(WaitCommand("stuck", user_key_), IsOk()) << "the command fails at once";
  EXPECT_EQ(server_->agent_count(), 1);
  clock_.Advance(absl::Seconds(3));
  EXPECT_TRUE(Eventually([&] { return server_->agent_count() == 0; }));
}

TEST_F(RelayServerAgentsTest, WatchersHearWhyAnAgentWent) {
  StartServer();
  const auto leaves = StartAgent("p1", "uid-1");
  const auto vanishes = StartAgent("p2", "uid-2");
  const auto context = Context(user_key_);
  const auto watcher = v1::Relay::NewStub(channel_)->Watch(context.get(), {});
  v1::WatchResponse response;
  ASSERT_TRUE(watcher->Read(&response));
  const auto next_reason = [&] {
    while (watcher->Read(&response)) {
      for (const v1::Event& event : response.events()) {
        if (event.presence().state() == v1::Presence::STATE_DISCONNECTED) return event.presence().reason();
      }
    }
    return std::string("the watch ended");
  };
  leaves->CloseWrites();
  EXPECT_EQ(next_reason(), "the agent closed its stream");
  vanishes->Vanish();
  EXPECT_EQ(next_reason(), "the connection to the agent was lost");
  context->TryCancel();
  watcher->Finish();
}

TEST_F(RelayServerAgentsTest, AFullQueueRefusesCommandsAndTheAgentStays) {
  server_options_.agents.queue.max_frames = 3;
  StartServer();
  const auto agent = Open(agent_key_, Reading::kNo);
  agent->SendRegister(RegistrationOf("p1", "uid-1"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 1; }));
  ASSERT_THAT(Submit(FileWriteRequest("p1", "stuck", 4 << 20)), IsOk());
  absl::Status refused;
  for (int i = 0; i < 4 && refused.ok(); ++i) refused = Submit(FileWriteRequest("p1", absl::StrCat("r", i))).status();
  EXPECT_THAT(refused, IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("does not keep up")));
  EXPECT_EQ(server_->agent_count(), 1);
}

TEST_F(RelayServerAgentsTest, ASilentAgentIsDroppedAfterAHeartbeatAndOneThatAnswersStays) {
  StartServer();
  const auto answers = StartAgent("p1", "uid-1");
  const auto silent = Open(agent_key_, Reading::kNo);
  silent->SendRegister(RegistrationOf("p2", "uid-2"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 2; }));
  clock_.Advance(absl::Seconds(31));
  answers->WaitFor([](const v1::RelayFrame& frame) { return frame.has_ping(); });
  // Its Pong has arrived once the relay hears of the command after it.
  ASSERT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
  // In two steps: a single one that is as long would mean that the relay itself had been stopped.
  clock_.Advance(absl::Seconds(6));
  ASSERT_TRUE(Eventually([&] { return !ListProjects(user_key_)->projects(1).agents(0).healthy(); }));
  clock_.Advance(absl::Seconds(5));
  ASSERT_TRUE(Eventually([&] { return server_->agent_count() == 1; }));
  EXPECT_THAT(silent->WaitForEnd(), Ends(grpc::StatusCode::DEADLINE_EXCEEDED, HasSubstr("no sign of life")));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
}

TEST_F(RelayServerAgentsTest, AnAccountHasAsManyAgentsAsAllowed) {
  server_options_.streams.agents_per_account = 1;
  StartServer();
  const auto first = StartAgent("p1", "uid-1");
  const auto second = Open(agent_key_);
  EXPECT_THAT(second->WaitForEnd(), Ends(grpc::StatusCode::RESOURCE_EXHAUSTED, HasSubstr("the account has 1 agents")));
}

}  // namespace
}  // namespace specrelay
