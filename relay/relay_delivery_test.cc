#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Outcome = RelayHarness::Outcome;

class RelayDeliveryTest : public testing::Test {
 protected:
  // A project whose agent has been there and has gone.
  void SetUp() override { harness_.Lose(harness_.Connect("p1", "i0")); }

  // Sends a write that is to be queued, by default.
  absl::Status Write(absl::string_view id, absl::string_view path, Outcome& outcome,
                     v1::OfflinePolicy policy = v1::OFFLINE_POLICY_QUEUE) {
    return harness_.Execute(WriteRequestFor("p1", id, path, policy), outcome).status();
  }
  v1::CommandState StateOf(absl::string_view id) { return harness_.StatusOf(id).state(); }

  // States of a command's events, in order.
  std::vector<v1::CommandState> Watched(absl::string_view id) {
    std::vector<v1::CommandState> states;
    const auto start = harness_.relay.Watch(PrincipalOf("acme", Role::kUser), v1::WatchRequest()).value();
    const auto batch = start.log->Read(
        1, 1000, 1 << 20, [&](const v1::Event& event) { return event.command_progress().request_id() == id; });
    for (const auto& event : batch->events) states.push_back(event->command_progress().state());
    return states;
  }

  RelayHarness harness_;
};

TEST_F(RelayDeliveryTest, AWriteForAnAgentThatIsAwayIsQueuedAndSaysSoAtOnce) {
  Outcome outcome;
  ASSERT_THAT(Write("r", "a", outcome), IsOk());
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(outcome.status->durability(), v1::QUEUE_DURABILITY_MEMORY);
  EXPECT_THAT(outcome.status->reason(), HasSubstr("no agent of project p1 is connected"));
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(harness_.relay.load().commands_queued, 1);
}

TEST_F(RelayDeliveryTest, QueuedWritesAreReplayedInOrderOneAtATime) {
  std::vector<Outcome> outcomes(3);
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Write(std::string(1, 'a' + i), std::string(1, 'x' + i), outcomes[i]), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  for (const char* id : {"a", "b", "c"}) {
    EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre(id));
    EXPECT_EQ(StateOf(id), v1::COMMAND_STATE_SENT);
    harness_.relay.OnFrame(agent.session, WrittenFrame(id));
    EXPECT_EQ(StateOf(id), v1::COMMAND_STATE_APPLIED);
    EXPECT_TRUE(harness_.StatusOf(id).result().has_file_write()) << "the answer is kept for who was told QUEUED";
  }
  EXPECT_EQ(harness_.relay.load().commands_queued, 0);
  EXPECT_THAT(Watched("b"), ElementsAre(v1::COMMAND_STATE_QUEUED, v1::COMMAND_STATE_SENT, v1::COMMAND_STATE_APPLIED));
}

TEST_F(RelayDeliveryTest, ANewWriteDoesNotOvertakeTheQueueAndItsSenderWaits) {
  Outcome first, second;
  ASSERT_THAT(Write("a", "x", first), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("a"));
  ASSERT_THAT(Write("b", "y", second), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty());
  EXPECT_EQ(second.calls, 0) << "its agent is there: it will be sent in a moment";
  harness_.relay.OnFrame(agent.session, WrittenFrame("a"));
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("b"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("b"));
  ASSERT_EQ(second.calls, 1);
  EXPECT_EQ(second.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayDeliveryTest, OnlyWritesAreQueuedAndOnlyWhenTheirSenderSaysSo) {
  Outcome outcome;
  EXPECT_THAT(Write("r", "a", outcome, v1::OFFLINE_POLICY_FAIL), HasCode(absl::StatusCode::kUnavailable));
  v1::ExecuteRequest read = SpecListRequestFor("p1");
  read.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
  EXPECT_THAT(harness_.Execute(read, outcome), HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(harness_.Execute(WriteRequestFor("never-seen", "r", "a"), outcome), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(outcome.calls, 0);
  EXPECT_EQ(harness_.relay.load().commands_queued, 0);
}

TEST_F(RelayDeliveryTest, AQueuedWriteThatIsSentAgainIsTheSame) {
  Outcome first, second, other;
  ASSERT_THAT(Write("r", "a", first), IsOk());
  ASSERT_THAT(Write("r", "a", second), IsOk());
  EXPECT_EQ(second.status->state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_THAT(Write("r", "b", other), HasCode(absl::StatusCode::kInvalidArgument));
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("r"));
}

TEST_F(RelayDeliveryTest, AnAgentThatGoesBeforeItsAnswerGetsTheWriteAgainUnderTheSameId) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(Write("r", "a", outcome), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("r"));
  harness_.Lose(agent);
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(outcome.calls, 0) << "its sender waits while its own deadline lasts";
  const auto back = harness_.Connect("p1", "i2");
  EXPECT_THAT(RelayHarness::Deliveries(back), ElementsAre("r"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("r"));
  EXPECT_EQ(outcome.calls, 0) << "the word of a stream that has ended does not count";
  harness_.relay.OnFrame(back.session, WrittenFrame("r"));
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(outcome.status->agent_instance(), "i2");
}

TEST_F(RelayDeliveryTest, ASenderWhoseWaitEndsWhileItsWriteIsQueuedIsToldSo) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(Write("r", "a", outcome), IsOk());
  harness_.Lose(agent);
  harness_.clock.Advance(absl::Seconds(30));
  harness_.relay.Tick();
  ASSERT_EQ(outcome.calls, 1);
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_QUEUED);
}

TEST_F(RelayDeliveryTest, WritesThatWereUnderWayTogetherAreReplayedInTheOrderOfTheirAcceptance) {
  const auto agent = harness_.Connect("p1", "i1");
  std::vector<Outcome> outcomes(3);
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Write(std::string(1, 'a' + i), "x", outcomes[i]), IsOk());
  harness_.Lose(agent, {"b"});
  Outcome later;
  ASSERT_THAT(Write("d", "x", later), IsOk());
  const auto back = harness_.Connect("p1", "i1");
  for (const char* id : {"a", "b", "c", "d"}) {
    EXPECT_THAT(RelayHarness::Deliveries(back), ElementsAre(id));
    harness_.relay.OnFrame(back.session, WrittenFrame(id));
  }
}

TEST_F(RelayDeliveryTest, ANewStreamOfTheSameProcessTakesOverWhatWasUnderWay) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome write, read;
  ASSERT_THAT(Write("w", "a", write, v1::OFFLINE_POLICY_FAIL), IsOk());
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r"), read), IsOk());
  const auto again = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(again), ElementsAre("w", "r"));
  harness_.relay.OnFrame(again.session, WrittenFrame("w"));
  harness_.relay.OnFrame(again.session, AppliedFrame("r"));
  EXPECT_EQ(write.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(read.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayDeliveryTest, WhoAsksToWaitIsServedWhenTheAgentComes) {
  Outcome read, write;
  v1::ExecuteRequest request = SpecListRequestFor("p1", "r");
  request.set_offline_policy(v1::OFFLINE_POLICY_WAIT);
  ASSERT_THAT(harness_.Execute(request, read), IsOk());
  ASSERT_THAT(Write("w", "a", write, v1::OFFLINE_POLICY_WAIT), IsOk());
  EXPECT_EQ(read.calls, 0);
  EXPECT_EQ(harness_.relay.load().commands_queued, 0) << "it goes with its sender";
  auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("r", "w"));
  harness_.Lose(agent);
  EXPECT_EQ(read.calls, 0) << "a short restart of the agent is none of its sender's business";
  agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("r", "w"));
  harness_.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_EQ(read.status->state(), v1::COMMAND_STATE_APPLIED);
}

TEST_F(RelayDeliveryTest, WhoAsksToWaitWaitsNoLongerThanItsTimeout) {
  Outcome never_sent, in_doubt;
  ASSERT_THAT(Write("n", "a", never_sent, v1::OFFLINE_POLICY_WAIT), IsOk());
  harness_.clock.Advance(absl::Seconds(30));
  harness_.relay.Tick();
  ASSERT_EQ(never_sent.calls, 1);
  EXPECT_EQ(never_sent.status->state(), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(OutcomeOf(*never_sent.status),
              IsStatus(absl::StatusCode::kUnavailable, AllOf(HasSubstr("nothing was done"), HasSubstr("no agent"))));

  const auto agent = harness_.Connect("p1", "i1");
  ASSERT_THAT(Write("d", "a", in_doubt, v1::OFFLINE_POLICY_WAIT), IsOk());
  harness_.Lose(agent);
  harness_.clock.Advance(absl::Seconds(30));
  harness_.relay.Tick();
  ASSERT_EQ(in_doubt.calls, 1);
  EXPECT_EQ(in_doubt.status->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(in_doubt.status->error().message(), HasSubstr("may or may not"));
}

TEST_F(RelayDeliveryTest, WhoGivesUpWaitingTakesTheCommandBackAndAQueuedOneStays) {
  Outcome waiting, queued;
  ASSERT_OK_AND_ASSIGN(const CommandTicket ticket,
                       harness_.Execute(WriteRequestFor("p1", "w", "a", v1::OFFLINE_POLICY_WAIT), waiting));
  harness_.relay.Abandon(ticket);
  EXPECT_EQ(StateOf("w"), v1::COMMAND_STATE_CANCELLED);
  const auto agent = harness_.Connect("p1", "i1");
  ASSERT_OK_AND_ASSIGN(const CommandTicket other, harness_.Execute(WriteRequestFor("p1", "q", "a"), queued));
  harness_.relay.Abandon(other);
  EXPECT_EQ(StateOf("q"), v1::COMMAND_STATE_SENT);
  EXPECT_FALSE(agent.stream->TakeOnly(v1::RelayFrame::kCancel).has_cancel());
}

TEST_F(RelayDeliveryTest, AQueuedWriteExpiresAfterADayAndSaysWhy) {
  Outcome outcome;
  ASSERT_THAT(Write("r", "a", outcome), IsOk());
  harness_.clock.Advance(absl::Hours(24) - absl::Seconds(1));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_QUEUED);
  harness_.clock.Advance(absl::Seconds(1));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(harness_.StatusOf("r").reason(), AllOf(HasSubstr("24h"), HasSubstr("no agent of project p1")));
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty());
  harness_.clock.Advance(absl::Hours(23));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_EXPIRED) << "who was away for long shall learn it, too";
}

TEST_F(RelayDeliveryTest, AQueuedWriteThatAnAgentMayHaveExecutedIsUnknownInTheEnd) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(Write("r", "a", outcome), IsOk());
  harness_.Lose(agent);
  harness_.clock.Advance(absl::Hours(24));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("r"), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDeliveryTest, AnAgentThatNeverAnswersHoldsUpTheQueueForAMinute) {
  Outcome first, second;
  ASSERT_THAT(Write("a", "x", first), IsOk());
  ASSERT_THAT(Write("b", "y", second), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("a"));
  harness_.clock.Advance(absl::Minutes(1));
  harness_.relay.Tick();
  EXPECT_EQ(StateOf("a"), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("b"));
}

TEST_F(RelayDeliveryTest, ACommandThatEndsEveryAgentIsGivenUpAtLast) {
  Outcome outcome;
  ASSERT_THAT(Write("poison", "x", outcome), IsOk());
  int sendings = 0;
  while (StateOf("poison") == v1::COMMAND_STATE_QUEUED && sendings < 100) {
    const auto agent = harness_.Connect("p1", "i1");
    if (!RelayHarness::Deliveries(agent).empty()) ++sendings;
    harness_.Lose(agent);
  }
  EXPECT_EQ(sendings, 8);
  EXPECT_EQ(StateOf("poison"), v1::COMMAND_STATE_UNKNOWN);
}

TEST_F(RelayDeliveryTest, AnAgentThatLeavesGivesBackWhatItHasNotBegun) {
  const auto other = harness_.Connect("p1", "i1");
  const auto leaving = harness_.Connect("p1", "i2");
  other.stream->Take();
  Outcome moved, queued, failed;
  ASSERT_THAT(Write("m", "a", moved, v1::OFFLINE_POLICY_FAIL), IsOk());
  v1::AgentFrame frame = FailedFrame("m", absl::UnavailableError("the agent is leaving; nothing was done"));
  frame.mutable_outcome()->set_leaving(true);
  harness_.relay.OnFrame(leaving.session, frame);
  EXPECT_EQ(moved.calls, 0);
  EXPECT_THAT(RelayHarness::Deliveries(other), ElementsAre("m"));

  harness_.Lose(leaving);
  ASSERT_THAT(Write("q", "b", queued), IsOk());
  ASSERT_THAT(Write("f", "c", failed, v1::OFFLINE_POLICY_FAIL), IsOk());
  for (const char* id : {"q", "f"}) {
    frame.mutable_outcome()->set_request_id(id);
    harness_.relay.OnFrame(other.session, frame);
  }
  EXPECT_EQ(StateOf("q"), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(StateOf("f"), v1::COMMAND_STATE_FAILED) << "nothing was done, and its sender does not want to wait";
  EXPECT_THAT(OutcomeOf(*failed.status), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(RelayDeliveryTest, AnAgentThatTakesNoMoreGetsTheRestLater) {
  std::vector<Outcome> outcomes(2);
  ASSERT_THAT(Write("a", "x", outcomes[0]), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  agent.stream->Take();
  agent.stream->set_full(true);
  ASSERT_THAT(Write("b", "y", outcomes[1]), IsOk());
  harness_.relay.OnFrame(agent.session, WrittenFrame("a"));
  EXPECT_EQ(StateOf("b"), v1::COMMAND_STATE_QUEUED);
  agent.stream->set_full(false);
  harness_.relay.Tick();
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("b"));
}

TEST_F(RelayDeliveryTest, ARelayThatGoesDownEndsWhatItOnlyRemembers) {
  Outcome queued, waiting;
  ASSERT_THAT(Write("q", "a", queued), IsOk());
  ASSERT_THAT(Write("w", "a", waiting, v1::OFFLINE_POLICY_WAIT), IsOk());
  harness_.relay.Drain(absl::Seconds(1));
  EXPECT_EQ(harness_.relay.pending_commands(), 0) << "nothing holds up the end";
  EXPECT_EQ(StateOf("q"), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(harness_.StatusOf("q").reason(), AllOf(HasSubstr("going down"), HasSubstr("nothing was done")));
  EXPECT_EQ(waiting.status->state(), v1::COMMAND_STATE_FAILED);
}

TEST_F(RelayDeliveryTest, AnAgentsWordNeverLeavesACommandWithoutAnEnd) {
  const auto agent = harness_.Connect("p1", "i1");
  for (int i = 0; i < v1::CommandState_ARRAYSIZE; ++i) {
    Outcome outcome;
    ASSERT_THAT(Write("r", "a", outcome, v1::OFFLINE_POLICY_FAIL), IsOk());
    v1::AgentFrame frame = FailedFrame("r", absl::AbortedError("odd"));
    frame.mutable_outcome()->set_state(v1::COMMAND_STATE_FAILED);
    frame.mutable_outcome()->mutable_error()->set_state(static_cast<v1::CommandState>(i));
    harness_.relay.OnFrame(agent.session, frame);
    ASSERT_EQ(outcome.calls, 1) << i;
    EXPECT_NE(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
    EXPECT_GT(outcome.status->state(), v1::COMMAND_STATE_SENT) << i;
  }
}

TEST_F(RelayDeliveryTest, ClocksOnTheWallMayJump) {
  FakeClock wall;
  RelayOptions options = RelayHarness::DefaultOptions();
  options.wall_clock = &wall;
  RelayHarness harness(options);
  const auto agent = harness.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness.Execute(WriteRequestFor("p1", "r", "a"), outcome), IsOk());
  for (const absl::Duration jump : {absl::Hours(48), -absl::Hours(96)}) {
    wall.Advance(jump);
    harness.relay.Tick();
    EXPECT_EQ(outcome.calls, 0);
    EXPECT_FALSE(agent.stream->closed().has_value());
  }
  harness.relay.OnFrame(agent.session, WrittenFrame("r"));
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
}

}  // namespace
}  // namespace specrelay
