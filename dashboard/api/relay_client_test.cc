#include "dashboard/api/relay_client.h"

#include <thread>
#include <utility>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

class RelayClientTest : public testing::Test {
 protected:
  // Answers the next command that the agent gets, from another thread.
  std::thread Answer(v1::AgentFrame frame) {
    return std::thread([this, frame = std::move(frame)]() mutable {
      v1::RelayFrame command;
      while (!command.has_command()) command = agent_.stream->TakeOnly(v1::RelayFrame::kCommand);
      frame.mutable_outcome()->set_request_id(command.command().request_id());
      harness_.relay.OnFrame(agent_.session, std::move(frame));
    });
  }

  RelayHarness harness_;
  RelayHarness::Agent agent_ = harness_.Connect("p1", "uid-1");
  RelayClient client_{harness_.relay};
};

TEST_F(RelayClientTest, ReturnsTheResultOfACommandThatWasApplied) {
  std::thread agent = Answer(AppliedFrame(""));
  const absl::StatusOr<v1::CommandStatus> status = client_.Execute(CallerOf(), SpecListRequestFor("p1", "r1"));
  agent.join();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->request_id(), "r1");
  EXPECT_EQ(status->agent_instance(), "uid-1");
  EXPECT_TRUE(status->result().has_spec_list());
}

TEST_F(RelayClientTest, FailsWithWhatTheAgentSaid) {
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_CONFLICT);
  *frame.mutable_outcome()->mutable_error() =
      ToCommandError(ConflictError("it has changed", "specs/a/design.md", "hash", "now"));
  std::thread agent = Answer(std::move(frame));
  const absl::StatusOr<v1::CommandStatus> status = client_.Execute(CallerOf(), SpecListRequestFor("p1"));
  agent.join();
  EXPECT_EQ(status.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ToCommandError(status.status()).conflict().current_content(), "now");
}

TEST_F(RelayClientTest, FailsAtOnceWhenTheRelayRefuses) {
  EXPECT_EQ(client_.Execute(CallerOf(), SpecListRequestFor("nope")).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RelayClientTest, FailsAtTheDeadlineOfTheRelay) {
  v1::ExecuteRequest request = SpecListRequestFor("p1");
  *request.mutable_timeout() = ToProto(absl::Seconds(2));
  std::thread time([this] {
    while (harness_.relay.pending_commands() == 0) std::this_thread::yield();
    harness_.clock.Advance(absl::Seconds(3));
    harness_.relay.Tick();
  });
  const absl::StatusOr<v1::CommandStatus> status = client_.Execute(CallerOf(), std::move(request));
  time.join();
  EXPECT_EQ(status.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(RelayClientTest, GivesUpOnARelayThatIsNoLongerTicked) {
  v1::ExecuteRequest request = SpecListRequestFor("p1");
  *request.mutable_timeout() = ToProto(absl::Seconds(1));
  const absl::StatusOr<v1::CommandStatus> status = client_.Execute(CallerOf(), std::move(request));
  EXPECT_EQ(status.status().code(), absl::StatusCode::kDeadlineExceeded);
  // The agent is told that nobody waits.
  bool cancelled = false;
  for (const v1::RelayFrame& frame : agent_.stream->Take()) cancelled = cancelled || frame.has_cancel();
  EXPECT_TRUE(cancelled);
}

TEST_F(RelayClientTest, TellsHowFarACommandHasCome) {
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r1"), outcome), IsOk());
  std::thread time([this] {
    for (int i = 0; i < 50; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
      harness_.relay.Tick();
    }
  });
  const absl::StatusOr<v1::CommandStatus> status = client_.Status(CallerOf(), "r1");
  time.join();
  ASSERT_THAT(status, IsOk());
  EXPECT_EQ(status->state(), v1::COMMAND_STATE_SENT);
  EXPECT_EQ(client_.Status(CallerOf(), "unknown").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace specrelay
