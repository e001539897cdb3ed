// A relay for which few bytes are many, and agents that take what is large in parts.
#ifndef SPECRELAY_RELAY_TESTING_RELAY_MESSAGES_FIXTURE_H_
#define SPECRELAY_RELAY_TESTING_RELAY_MESSAGES_FIXTURE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {

inline constexpr int64_t kMaxWhole = 1000;

// In which agents that answer no heartbeat live on, and the relay is never taken for stopped.
inline RelayOptions PatientOptions() {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.dead_after = absl::Hours(1000);
  return options;
}

inline RelayOptions SmallOptions() {
  RelayOptions options = PatientOptions();
  options.max_whole_bytes = kMaxWhole;
  return options;
}

inline v1::ExecuteRequest LargeWrite(absl::string_view request_id, v1::OfflinePolicy policy = v1::OFFLINE_POLICY_FAIL,
                                     int64_t bytes = 2 * kMaxWhole) {
  v1::ExecuteRequest request = WriteRequestFor("p1", request_id, "a", policy);
  request.mutable_command()->mutable_file_write()->set_content(std::string(static_cast<size_t>(bytes), 'x'));
  return request;
}

class RelayMessagesTest : public testing::Test {
 protected:
  using Agent = RelayHarness::Agent;

  explicit RelayMessagesTest(RelayOptions options = SmallOptions()) : harness_(std::move(options)) {}

  Agent Connect(absl::string_view instance_uid,
                const std::vector<std::string>& capabilities = {kTransferCapability, kTransferMessageCapability}) {
    v1::Register registration = RegistrationOf("p1", instance_uid);
    for (const std::string& capability : capabilities) registration.add_capabilities(capability);
    auto stream = std::make_shared<FakeAgentSession>();
    const absl::StatusOr<SessionId> session =
        harness_.relay.Register(PrincipalOf("acme", Role::kAgent), std::move(registration), stream);
    return {session.value(), stream};
  }

  void Send(const Agent& agent, v1::Transfer step) {
    v1::AgentFrame frame;
    *frame.mutable_transfer() = std::move(step);
    harness_.relay.OnFrame(agent.session, std::move(frame));
  }

  void Grant(const Agent& agent, absl::string_view transfer_id, int64_t offset = kTransferWindowBytes) {
    v1::Transfer step;
    step.set_request_id(std::string(transfer_id));
    step.mutable_grant()->set_offset(offset);
    Send(agent, std::move(step));
  }

  // What the agent got since the last look.
  struct Seen {
    std::vector<std::string> headers;    // request ids of the commands that were announced
    std::vector<std::string> transfers;  // their transfer ids
    std::vector<std::string> aborts;     // transfer ids
    std::string body;
    int ends = 0;
  };
  static Seen Look(const Agent& agent) {
    Seen seen;
    for (const v1::RelayFrame& frame : agent.stream->Take()) {
      if (frame.command().body() == v1::BODY_KIND_MESSAGE) {
        seen.headers.push_back(frame.command().request_id());
        seen.transfers.push_back(frame.command().message_body().transfer_id());
      }
      if (frame.transfer().has_abort()) seen.aborts.push_back(frame.transfer().request_id());
      seen.body += frame.transfer().chunk().data();
      if (frame.transfer().has_end()) ++seen.ends;
    }
    return seen;
  }

  void Take(const Agent& agent, absl::string_view transfer_id) {
    v1::Transfer step;
    step.set_request_id(std::string(transfer_id));
    step.mutable_taken();
    Send(agent, std::move(step));
  }

  // All of a small one passes.
  void Pass(const Agent& agent, absl::string_view transfer_id) {
    Grant(agent, transfer_id);
    Take(agent, transfer_id);
  }

  // Gets all of the command that was announced last, but does not say so; returns its transfer id.
  std::string Get(const Agent& agent) {
    const Seen seen = Look(agent);
    EXPECT_THAT(seen.transfers, testing::SizeIs(1));
    const std::string id = seen.transfers.empty() ? "" : seen.transfers[0];
    Grant(agent, id);
    return id;
  }

  // As Get(), and says so.
  std::string LetPass(const Agent& agent) {
    const std::string id = Get(agent);
    Take(agent, id);
    return id;
  }

  void Expire() {
    harness_.clock.Advance(absl::Seconds(31));
    harness_.relay.Tick();
  }

  RelayHarness harness_;
  RelayHarness::Outcome outcome_;
  RelayHarness::Outcome second_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_RELAY_MESSAGES_FIXTURE_H_
