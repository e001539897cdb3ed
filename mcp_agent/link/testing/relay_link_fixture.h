// A link on fakes, and what a relay says to it.
#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_RELAY_LINK_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_RELAY_LINK_FIXTURE_H_

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/fake_relay_stream.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "proto/support/time.h"

namespace specrelay {

inline constexpr absl::Duration kHeartbeat = absl::Seconds(10);

inline v1::RelayFrame Welcome(int64_t max_frame_bytes = 64 << 20) {
  v1::RelayFrame frame;
  *frame.mutable_welcome()->mutable_heartbeat_interval() = ToProto(kHeartbeat);
  frame.mutable_welcome()->set_max_frame_bytes(max_frame_bytes);
  frame.mutable_welcome()->set_server_version("9");
  return frame;
}

inline v1::RelayFrame Ping(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_ping()->set_nonce(nonce);
  return frame;
}

inline v1::RelayFrame Command(absl::string_view request_id, absl::Duration timeout = absl::Seconds(30)) {
  v1::RelayFrame frame;
  frame.mutable_command()->set_request_id(std::string(request_id));
  frame.mutable_command()->mutable_command()->mutable_spec_list();
  *frame.mutable_command()->mutable_timeout() = ToProto(timeout);
  return frame;
}

inline v1::RelayFrame Cancel(absl::string_view request_id) {
  v1::RelayFrame frame;
  frame.mutable_cancel()->set_request_id(std::string(request_id));
  return frame;
}

inline v1::RelayFrame StateRequest(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_state_request()->set_nonce(nonce);
  return frame;
}

inline v1::RelayFrame Drain(absl::Duration retry_after) {
  v1::RelayFrame frame;
  *frame.mutable_drain()->mutable_retry_after() = ToProto(retry_after);
  return frame;
}

inline v1::FileChanged Change(absl::string_view path) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  return change;
}

// One thread: time moves and tasks run when the test says so.
class RelayLinkTest : public testing::Test {
 protected:
  RelayLinkTest() {
    RelayLinkOptions options;
    options.registration.set_agent_id("agent-1");
    options.registration.mutable_project()->set_project_id("p1");
    link_ = std::make_shared<RelayLink>(std::move(options), Dependencies());
  }

  ~RelayLinkTest() override {
    link_->Stop("test ends");
    for (const auto& stream : connector_.streams) stream->Close(absl::CancelledError("test ends"));
    runner_.RunAll();
    EXPECT_EQ(link_->state(), LinkState::kStopped);
  }

  RelayLinkDependencies Dependencies() {
    return {&connector_,
            &timers_,
            &runner_,
            [this] { return key_; },
            [this](const v1::CommandDelivery& delivery, absl::AnyInvocable<void(v1::CommandOutcome)> receive) {
              executed_.push_back(delivery.request_id());
              if (while_executing_) while_executing_();
              v1::CommandOutcome outcome = outcome_;
              outcome.set_request_id(delivery.request_id());
              if (answer_later_) {
                later_ = [receive = std::move(receive), outcome]() mutable { receive(outcome); };
              } else {
                receive(std::move(outcome));
              }
            },
            [this](const std::vector<std::string>& request_ids, const absl::Status& status) {
              for (const std::string& request_id : request_ids) {
                cancelled_.push_back(absl::StrCat(request_id, ": ", status.message()));
              }
              if (later_ != nullptr) std::exchange(later_, nullptr)();
            },
            [this](std::function<void(std::vector<v1::FileState>)> receive) {
              if (snapshot_status_.ok()) snapshots_.push_back(std::move(receive));
              return snapshot_status_;
            },
            random_,
            /*on_state=*/nullptr,
            /*on_welcome=*/nullptr,
            [this](const v1::CommandDelivery& delivery, std::shared_ptr<BodyLine> line,
                   absl::AnyInvocable<void(v1::CommandOutcome)> receive) {
              executed_.push_back(delivery.request_id());
              streamed_.push_back({std::move(line), std::move(receive)});
            },
            [this](const v1::CommandDelivery&) { return quick_; },
            [this](const v1::CommandDelivery& delivery) -> absl::optional<v1::CommandOutcome> {
              executed_quickly_.push_back(delivery.request_id());
              if (while_executing_) while_executing_();
              if (long_after_all_) return absl::nullopt;
              v1::CommandOutcome outcome = outcome_;
              outcome.set_request_id(delivery.request_id());
              return outcome;
            }};
  }

  // The stream of the latest attempt.
  FakeRelayStream& stream() { return *connector_.streams.back(); }

  void StartAttempt() {
    link_->Start();
    runner_.RunAll();
  }

  void Connect() {
    StartAttempt();
    stream().Receive(Welcome());
    stream().written.clear();
    ASSERT_EQ(link_->state(), LinkState::kConnected);
  }

  // Lets the pending retry come, and says how long that took.
  absl::Duration WaitForRetry() {
    const size_t before = connector_.streams.size();
    const absl::Time start = timers_.Now();
    EXPECT_TRUE(timers_.UntilNext().has_value());
    timers_.Advance(timers_.UntilNext().value_or(absl::ZeroDuration()));
    runner_.RunAll();
    EXPECT_EQ(connector_.streams.size(), before + 1);
    return timers_.Now() - start;
  }

  std::vector<v1::CommandOutcome> Outcomes() {
    std::vector<v1::CommandOutcome> outcomes;
    for (const v1::AgentFrame& frame : stream().written) {
      if (frame.has_outcome()) outcomes.push_back(frame.outcome());
    }
    return outcomes;
  }

  std::vector<v1::FileState> Files(int count) {
    std::vector<v1::FileState> files(count);
    for (int i = 0; i < count; ++i) files[i].set_path(absl::StrCat("specs/s/", i));
    return files;
  }

  std::mt19937_64 random_{42};
  FakeConnector connector_;
  FakeTimers timers_;
  ManualRunner runner_;
  absl::StatusOr<std::string> key_ = std::string("srk_key");
  std::vector<std::string> executed_;
  std::vector<std::string> executed_quickly_;
  std::vector<std::string> cancelled_;
  struct Streamed {
    std::shared_ptr<BodyLine> line;
    absl::AnyInvocable<void(v1::CommandOutcome)> receive;
  };
  std::vector<Streamed> streamed_;  // commands whose body passes in parts
  bool answer_later_ = false;
  bool quick_ = false;
  bool long_after_all_ = false;
  absl::AnyInvocable<void()> later_;  // gives the outcome that was held back
  std::function<void()> while_executing_;
  v1::CommandOutcome outcome_;
  absl::Status snapshot_status_;
  std::vector<std::function<void(std::vector<v1::FileState>)>> snapshots_;
  std::shared_ptr<RelayLink> link_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_RELAY_LINK_FIXTURE_H_
