#ifndef SPECRELAY_RELAY_TESTING_RELAY_HARNESS_H_
#define SPECRELAY_RELAY_TESTING_RELAY_HARNESS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/fake_clock.h"
#include "relay/relay.h"
#include "relay/testing/fake_agent_session.h"

namespace specrelay {

inline Principal PrincipalOf(absl::string_view account, Role role) {
  Principal principal;
  principal.account = std::string(account);
  principal.role = role;
  principal.key_id = "key_1";
  principal.key_name = "laptop";
  return principal;
}

inline Caller CallerOf(absl::string_view account = "acme", Role role = Role::kUser) {
  return {PrincipalOf(account, role), "test-client"};
}

inline v1::Register RegistrationOf(absl::string_view project_id, absl::string_view instance_uid) {
  v1::Register registration;
  registration.set_agent_id("agent-of-" + std::string(project_id));
  registration.set_instance_uid(std::string(instance_uid));
  registration.mutable_project()->set_project_id(std::string(project_id));
  registration.mutable_project()->set_name("name-" + std::string(project_id));
  registration.mutable_project()->set_path("/home/dev/" + std::string(project_id));
  registration.mutable_machine()->set_host_name("laptop");
  registration.set_protocol_version(1);
  return registration;
}

inline v1::ExecuteRequest SpecListRequestFor(absl::string_view project_id, absl::string_view request_id = "") {
  v1::ExecuteRequest request;
  request.set_project_id(std::string(project_id));
  request.set_request_id(std::string(request_id));
  request.mutable_command()->mutable_spec_list();
  return request;
}

// A write of "text" over the version with the hash "base".
inline v1::ExecuteRequest WriteRequestFor(absl::string_view project_id, absl::string_view request_id,
                                          absl::string_view path, v1::OfflinePolicy policy = v1::OFFLINE_POLICY_QUEUE) {
  v1::ExecuteRequest request;
  request.set_project_id(std::string(project_id));
  request.set_request_id(std::string(request_id));
  request.set_offline_policy(policy);
  request.mutable_command()->mutable_file_write()->set_path(std::string(path));
  request.mutable_command()->mutable_file_write()->set_content("text");
  request.mutable_command()->mutable_file_write()->set_base_hash("base");
  return request;
}

inline v1::AgentFrame WrittenFrame(absl::string_view request_id) {
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_request_id(std::string(request_id));
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
  frame.mutable_outcome()->mutable_result()->mutable_file_write();
  return frame;
}

// The agent failed with `status`, which may be a ConflictError().
inline v1::AgentFrame FailedFrame(absl::string_view request_id, const absl::Status& status) {
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_request_id(std::string(request_id));
  frame.mutable_outcome()->set_state(FinalState(status));
  *frame.mutable_outcome()->mutable_error() = ToCommandError(status);
  return frame;
}

inline v1::AgentFrame AppliedFrame(absl::string_view request_id) {
  v1::AgentFrame frame;
  frame.mutable_outcome()->set_request_id(std::string(request_id));
  frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
  frame.mutable_outcome()->mutable_result()->mutable_spec_list();
  return frame;
}

// A relay on a fake clock, its agents fakes, everything in the test's own thread.
struct RelayHarness {
  explicit RelayHarness(RelayOptions options = DefaultOptions()) : relay(std::move(options), clock) {}

  static RelayOptions DefaultOptions() {
    RelayOptions options;
    options.epoch = "epoch1";
    return options;
  }

  struct Agent {
    SessionId session;
    std::shared_ptr<FakeAgentSession> stream;
  };

  // Connects an agent that must be welcome.
  Agent Connect(absl::string_view project_id, absl::string_view instance_uid, absl::string_view account = "acme") {
    auto stream = std::make_shared<FakeAgentSession>();
    const absl::StatusOr<SessionId> session =
        relay.Register(PrincipalOf(account, Role::kAgent), RegistrationOf(project_id, instance_uid), stream);
    return {session.value(), stream};
  }

  // Takes in the state of a tree, as an agent sends it when asked; false when it was not asked.
  bool AnswerStateRequest(const Agent& agent, const std::vector<std::pair<std::string, std::string>>& files) {
    const v1::RelayFrame request = agent.stream->TakeOnly(v1::RelayFrame::kStateRequest);
    if (!request.has_state_request()) return false;
    v1::AgentFrame frame;
    frame.mutable_tree_state()->set_nonce(request.state_request().nonce());
    frame.mutable_tree_state()->set_last(true);
    for (const auto& [path, hash] : files) {
      v1::FileState* file = frame.mutable_tree_state()->add_files();
      file->set_path(path);
      file->set_hash(hash);
    }
    relay.OnFrame(agent.session, std::move(frame));
    return true;
  }

  void ReportChange(const Agent& agent, int64_t sequence, absl::string_view path, absl::string_view hash) {
    v1::AgentFrame frame;
    frame.mutable_events()->set_first_sequence(sequence);
    v1::FileChanged* change = frame.mutable_events()->add_changes();
    change->set_path(std::string(path));
    change->set_hash(std::string(hash));
    change->set_change(hash.empty() ? v1::FILE_CHANGE_TYPE_DELETED : v1::FILE_CHANGE_TYPE_MODIFIED);
    relay.OnFrame(agent.session, std::move(frame));
  }

  // Remembers the status that a call ends with.
  struct Outcome {
    absl::optional<v1::CommandStatus> status;
    int calls = 0;
    CommandCallback Callback() {
      return [this](v1::CommandStatus ended) {
        status = std::move(ended);
        ++calls;
      };
    }
  };

  absl::StatusOr<CommandTicket> Execute(v1::ExecuteRequest request, Outcome& outcome,
                                        const Caller& caller = CallerOf()) {
    return relay.Execute(caller, std::move(request), absl::InfiniteFuture(), outcome.Callback());
  }

  // Request ids of the commands that were sent to the agent since the last look.
  static std::vector<std::string> Deliveries(const Agent& agent) {
    std::vector<std::string> ids;
    for (const v1::RelayFrame& frame : agent.stream->Take()) {
      if (frame.has_command()) ids.push_back(frame.command().request_id());
    }
    return ids;
  }

  // Ends the agent's stream; what was written to it is in doubt.
  void Lose(const Agent& agent, const std::vector<std::string>& unsent = {}) {
    relay.Disconnect(agent.session, absl::UnavailableError("connection lost"), unsent);
  }

  // How far a command has come; the state is unspecified when the relay does not know it.
  v1::CommandStatus StatusOf(absl::string_view request_id, const Caller& caller = CallerOf()) {
    v1::WaitCommandRequest request;
    request.set_request_id(std::string(request_id));
    request.mutable_timeout();
    Outcome outcome;
    const absl::StatusOr<CommandTicket> ticket =
        relay.Wait(caller, request, absl::InfiniteFuture(), outcome.Callback());
    if (ticket.ok() && !outcome.status.has_value()) relay.Tick();
    return outcome.status.value_or(v1::CommandStatus());
  }

  FakeClock clock;
  Relay relay;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_RELAY_HARNESS_H_
