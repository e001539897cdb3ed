#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

TEST(RelayAgentsTest, AnAgentIsWelcomedAndAskedForItsState) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  const std::vector<v1::RelayFrame> frames = agent.stream->Take();
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].welcome().heartbeat_interval().seconds(), 30);
  EXPECT_EQ(frames[0].welcome().protocol_version(), 1);
  EXPECT_TRUE(frames[1].has_state_request());
}

TEST(RelayAgentsTest, AnAgentLearnsWhereTheDashboardIs) {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.dashboard_url = "https://specs.example.org";
  RelayHarness harness(options);
  const auto agent = harness.Connect("p1", "i1");
  EXPECT_EQ(agent.stream->Take()[0].welcome().dashboard_url(), "https://specs.example.org");
}

TEST(RelayAgentsTest, OnlyAgentKeysRegister) {
  RelayHarness harness;
  for (const Role role : {Role::kViewer, Role::kUser, Role::kAdmin}) {
    EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", role), RegistrationOf("p1", "i1"),
                                       std::make_shared<FakeAgentSession>()),
                HasCode(absl::StatusCode::kPermissionDenied));
  }
}

TEST(RelayAgentsTest, ASecondStreamOfTheSameProcessReplacesTheFirst) {
  RelayHarness harness;
  const auto first = harness.Connect("p1", "i1");
  const auto second = harness.Connect("p1", "i1");
  ASSERT_TRUE(first.stream->closed().has_value());
  EXPECT_THAT(*first.stream->closed(), IsStatus(absl::StatusCode::kAborted, HasSubstr("replaced")));
  ASSERT_OK_AND_ASSIGN(const v1::ListAgentsResponse agents, harness.relay.ListAgents(CallerOf().principal, {}));
  EXPECT_EQ(agents.agents_size(), 1);
  // The end of the old stream, reported late, does not touch the new one.
  harness.relay.Disconnect(first.session, absl::UnavailableError("late"), {});
  RelayHarness::Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), IsOk());
}

TEST(RelayAgentsTest, AnotherTreeUnderTheSameProjectIdIsRefused) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  v1::Register other = RegistrationOf("p1", "i2");
  other.set_agent_id("another-agent");
  EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", Role::kAgent), other, std::make_shared<FakeAgentSession>()),
              IsStatus(absl::StatusCode::kAlreadyExists, HasSubstr("--project_id")));
  harness.relay.Disconnect(agent.session, absl::UnavailableError("gone"), {});
  EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", Role::kAgent), other, std::make_shared<FakeAgentSession>()),
              IsOk());
}

TEST(RelayAgentsTest, ProjectsOfDifferentAccountsMayHaveTheSameId) {
  RelayHarness harness;
  const auto ours = harness.Connect("p1", "i1", "acme");
  const auto theirs = harness.Connect("p1", "i1", "rival");
  EXPECT_FALSE(ours.stream->closed().has_value());
  ours.stream->Take();
  theirs.stream->Take();
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome, CallerOf("rival")), IsOk());
  EXPECT_EQ(theirs.stream->Take().size(), 1u);
  EXPECT_TRUE(ours.stream->Take().empty());
}

TEST(RelayAgentsTest, ASilentAgentIsPassedOverAndThenDeclaredDead) {
  RelayHarness harness;
  const auto steady = harness.Connect("p1", "i1");
  const auto silent = harness.Connect("p1", "i2");
  RelayHarness::Outcome stuck;
  v1::ExecuteRequest patient = SpecListRequestFor("p1", "stuck");
  patient.mutable_timeout()->set_seconds(120);
  ASSERT_THAT(harness.Execute(patient, stuck), IsOk());
  steady.stream->Take();
  silent.stream->Take();

  harness.clock.Advance(absl::Seconds(30));
  harness.relay.Tick();
  const uint64_t nonce = steady.stream->TakeOnly(v1::RelayFrame::kPing).ping().nonce();
  ASSERT_NE(nonce, 0u);
  ASSERT_TRUE(silent.stream->TakeOnly(v1::RelayFrame::kPing).has_ping());
  v1::AgentFrame pong;
  pong.mutable_pong()->set_nonce(nonce);
  harness.relay.OnFrame(steady.session, pong);

  harness.clock.Advance(absl::Seconds(3));
  harness.relay.Tick();
  EXPECT_TRUE(steady.stream->TakeOnly(v1::RelayFrame::kStateRequest).has_state_request())
      << "the steady instance becomes the source of events";
  RelayHarness::Outcome rerouted;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "next"), rerouted), IsOk());
  EXPECT_EQ(steady.stream->TakeOnly(v1::RelayFrame::kCommand).command().request_id(), "next");
  EXPECT_EQ(stuck.calls, 0);

  harness.clock.Advance(absl::Seconds(8));
  harness.relay.Tick();
  ASSERT_TRUE(silent.stream->closed().has_value());
  EXPECT_THAT(*silent.stream->closed(), HasCode(absl::StatusCode::kDeadlineExceeded));
  EXPECT_FALSE(steady.stream->closed().has_value());
  EXPECT_EQ(steady.stream->TakeOnly(v1::RelayFrame::kCommand).command().request_id(), "stuck") << "under the same id";
  harness.relay.OnFrame(steady.session, AppliedFrame("stuck"));
  ASSERT_EQ(stuck.calls, 1);
  EXPECT_EQ(stuck.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST(RelayAgentsTest, AnyFrameIsASignOfLife) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  harness.clock.Advance(absl::Seconds(30));
  harness.relay.Tick();
  harness.clock.Advance(absl::Seconds(9));
  harness.ReportChange(agent, 1, "specs/a/design.md", "01");
  harness.clock.Advance(absl::Seconds(9));
  harness.relay.Tick();
  EXPECT_FALSE(agent.stream->closed().has_value());
}

TEST(RelayAgentsTest, AnAgentThatOwesAnswersIsAskedForASignOfLifeSooner) {
  RelayHarness harness;
  const auto busy = harness.Connect("p1", "i1");
  const auto idle = harness.Connect("p2", "i2");
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), IsOk());
  busy.stream->Take();
  harness.clock.Advance(absl::Seconds(9));
  harness.ReportChange(busy, 1, "specs/a/design.md", "01");
  harness.clock.Advance(absl::Seconds(9));
  harness.relay.Tick();
  EXPECT_FALSE(busy.stream->TakeOnly(v1::RelayFrame::kPing).has_ping()) << "it was heard meanwhile";
  harness.clock.Advance(absl::Seconds(1));
  harness.relay.Tick();
  EXPECT_TRUE(busy.stream->TakeOnly(v1::RelayFrame::kPing).has_ping());
  EXPECT_FALSE(idle.stream->TakeOnly(v1::RelayFrame::kPing).has_ping());
}

TEST(RelayAgentsTest, ARelayThatWasStoppedDeclaresNobodyDeadWhomItCouldNotHear) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  harness.clock.Advance(absl::Seconds(30));
  harness.relay.Tick();
  const uint64_t nonce = agent.stream->TakeOnly(v1::RelayFrame::kPing).ping().nonce();
  harness.clock.Advance(absl::Hours(5));
  harness.relay.Tick();
  EXPECT_FALSE(agent.stream->closed().has_value());
  v1::AgentFrame pong;
  pong.mutable_pong()->set_nonce(nonce);
  harness.relay.OnFrame(agent.session, pong);
  for (int i = 0; i < 3; ++i) {
    harness.clock.Advance(absl::Seconds(9));
    harness.relay.Tick();
  }
  EXPECT_FALSE(agent.stream->closed().has_value());
}

TEST(RelayAgentsTest, AnAgentThatSaidGoodbyeGetsNoNewCommands) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  v1::AgentFrame goodbye;
  goodbye.mutable_goodbye();
  harness.relay.OnFrame(agent.session, goodbye);
  RelayHarness::Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), HasCode(absl::StatusCode::kUnavailable));
}

TEST(RelayAgentsTest, UnknownFramesAreIgnored) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  harness.relay.OnFrame(agent.session, v1::AgentFrame());
  harness.relay.OnFrame(999, v1::AgentFrame());
  EXPECT_FALSE(agent.stream->closed().has_value());
}

TEST(RelayAgentsTest, ProjectsAreListedByNameWithTheirStateWhetherConnectedOrNot) {
  RelayHarness harness;
  const auto b = harness.Connect("b", "i1");
  harness.Connect("a", "i2");
  harness.Connect("z", "i3", "rival");
  harness.relay.Disconnect(b.session, absl::UnavailableError("gone"), {});
  ASSERT_OK_AND_ASSIGN(const v1::ListProjectsResponse listed, harness.relay.ListProjects(CallerOf().principal));
  ASSERT_EQ(listed.projects_size(), 2);
  EXPECT_EQ(listed.projects(0).project_id(), "a");
  EXPECT_TRUE(listed.projects(0).online());
  EXPECT_EQ(listed.projects(0).agents(0).instance_uid(), "i2");
  EXPECT_EQ(listed.projects(1).project_id(), "b");
  EXPECT_FALSE(listed.projects(1).online());
  EXPECT_TRUE(listed.projects(1).has_offline_since());
  EXPECT_THAT(harness.relay.ListProjects(PrincipalOf("acme", Role::kAgent)),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(RelayAgentsTest, AForgottenProjectIsGoneUntilItsAgentRegistersAgain) {
  RelayHarness harness;
  const Principal user = PrincipalOf("acme", Role::kUser);
  const RelayHarness::Agent agent = harness.Connect("p1", "uid-1");
  harness.Connect("p2", "uid-2");
  ASSERT_OK_AND_ASSIGN(const Relay::WatchStart watch, harness.relay.Watch(user, {}));
  ASSERT_THAT(harness.relay.ForgetProject(user, "p1"), IsOk());

  EXPECT_EQ(harness.relay.ListProjects(user)->projects_size(), 1);
  EXPECT_EQ(harness.relay.ListAgents(user, {})->agents_size(), 1);
  RelayHarness::Outcome outcome;
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(harness.relay.ForgetProject(user, "p1"), HasCode(absl::StatusCode::kNotFound));
  harness.relay.Disconnect(agent.session, absl::CancelledError("gone"), {});
  const auto all = [](const v1::Event&) { return true; };
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch batch, watch.log->Read(watch.position, 100, 1 << 20, all));
  ASSERT_EQ(batch.events.size(), 1u);  // that it is gone, and nothing after it
  EXPECT_TRUE(batch.events[0]->has_resync());

  harness.Connect("p1", "uid-3");
  EXPECT_EQ(harness.relay.ListProjects(user)->projects_size(), 2);
  EXPECT_THAT(harness.Execute(SpecListRequestFor("p1"), outcome), IsOk());
}

TEST(RelayAgentsTest, OnlyThoseWhoMayWriteForgetProjectsAndOnlyTheirOwn) {
  RelayHarness harness;
  harness.Connect("p1", "uid-1");
  EXPECT_THAT(harness.relay.ForgetProject(PrincipalOf("acme", Role::kViewer), "p1"),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness.relay.ForgetProject(PrincipalOf("acme", Role::kAgent), "p1"),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness.relay.ForgetProject(PrincipalOf("other", Role::kAdmin), "p1"),
              HasCode(absl::StatusCode::kNotFound));
  Principal scoped = PrincipalOf("acme", Role::kUser);
  scoped.project_scopes = {"p2"};
  EXPECT_THAT(harness.relay.ForgetProject(scoped, "p1"), HasCode(absl::StatusCode::kNotFound));
}

TEST(RelayAgentsTest, InstancesAndProjectsAreBounded) {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.registry.instances_per_project = 2;
  options.registry.projects_per_account = 2;
  RelayHarness harness(options);
  harness.Connect("p1", "i1");
  const auto second = harness.Connect("p1", "i2");
  EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", Role::kAgent), RegistrationOf("p1", "i3"),
                                     std::make_shared<FakeAgentSession>()),
              HasCode(absl::StatusCode::kResourceExhausted));
  const auto p2 = harness.Connect("p2", "i1");
  EXPECT_THAT(harness.relay.Register(PrincipalOf("acme", Role::kAgent), RegistrationOf("p3", "i1"),
                                     std::make_shared<FakeAgentSession>()),
              HasCode(absl::StatusCode::kResourceExhausted));
  // A project without agents makes room.
  harness.relay.Disconnect(p2.session, absl::UnavailableError("gone"), {});
  harness.Connect("p3", "i1");
  EXPECT_EQ(harness.relay.ListProjects(CallerOf().principal)->projects_size(), 2);
}

}  // namespace
}  // namespace specrelay
