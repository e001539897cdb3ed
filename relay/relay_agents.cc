#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "proto/support/version.h"
#include "relay/authorization.h"
#include "relay/registration.h"
#include "relay/relay.h"

// How agents come in, stay and leave.

namespace specrelay {
namespace {

v1::RelayFrame MakeWelcome(SessionId session, const RelayOptions& options, const v1::Register& registration) {
  v1::RelayFrame frame;
  v1::Welcome& welcome = *frame.mutable_welcome();
  welcome.set_session_id(absl::StrCat(options.epoch, "-", session));
  *welcome.mutable_heartbeat_interval() = ToProto(options.heartbeat_interval);
  welcome.set_max_frame_bytes(options.max_frame_bytes);
  welcome.set_server_version(kVersion);
  welcome.set_dashboard_url(options.dashboard_url);
  welcome.set_protocol_version(std::min(kProtocolVersion, registration.protocol_version()));
  return frame;
}

}  // namespace

absl::StatusOr<SessionId> Relay::Register(const Principal& principal, v1::Register registration,
                                          std::shared_ptr<AgentSession> stream) {
  RETURN_IF_ERROR(CheckRegistration(registration));
  const std::string project_id = registration.project().project_id();
  RETURN_IF_ERROR(AuthorizeAgent(principal, project_id));
  Effects effects;
  absl::StatusOr<SessionId> session = kNoSession;
  {
    absl::MutexLock lock(&mu_);
    if (draining_) return absl::UnavailableError("the relay is going down; connect again in a moment");
    const ProjectRecord* existing = registry_.FindProject(principal.account, project_id);
    if (existing != nullptr && !existing->instances.empty() &&
        existing->instances.front()->registration.agent_id() != registration.agent_id()) {
      return absl::AlreadyExistsError(absl::StrCat("project id ", project_id, " is served by another agent, for ",
                                                   existing->project.path(), " on ", existing->machine.host_name(),
                                                   "; give this one an id of its own with --project_id"));
    }
    if (Instance* twin = registry_.FindTwin(principal.account, registration); twin != nullptr) {
      const absl::Status reason = absl::AbortedError("replaced by a newer stream of the same process");
      effects.close.emplace_back(twin->stream, reason);
      RemoveInstanceLocked(twin->id, reason, {}, effects);
    }
    const absl::Time now = clock_.Now();
    Instance instance;
    instance.account = principal.account;
    instance.key_id = principal.key_id;
    instance.registration = std::move(registration);
    instance.stream = std::move(stream);
    instance.connected_since = instance.last_heard = instance.ping_sent = now;
    absl::StatusOr<Instance*> added = registry_.Add(std::move(instance));
    if (added.ok()) {
      session = (*added)->id;
      SendLocked(**added, MakeWelcome((*added)->id, options_, (*added)->registration), effects);
      PublishPresenceLocked(**added, v1::Presence::STATE_CONNECTED, "", effects);
      ChooseEventSourceLocked(*registry_.FindProject(principal.account, project_id), effects);
      Log(LogLevel::kInfo, "agent connected",
          {{"account", principal.account},
           {"project", project_id},
           {"instance", (*added)->registration.instance_uid()},
           {"version", (*added)->registration.agent_version()}});
    } else {
      session = added.status();
    }
  }
  Run(std::move(effects));
  return session;
}

void Relay::OnFrame(SessionId session, v1::AgentFrame frame) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    Instance* instance = registry_.Find(session);
    if (instance == nullptr) return;
    instance->last_heard = clock_.Now();
    switch (frame.frame_case()) {
      case v1::AgentFrame::kPong:
        if (frame.pong().nonce() == instance->ping_nonce) {
          instance->ping_nonce = 0;
          instance->suspect = false;
        }
        break;
      case v1::AgentFrame::kOutcome:
        HandleOutcomeLocked(*instance, std::move(*frame.mutable_outcome()), effects);
        break;
      case v1::AgentFrame::kEvents:
        HandleEventsLocked(*instance, std::move(*frame.mutable_events()), effects);
        break;
      case v1::AgentFrame::kTreeState:
        HandleTreeStateLocked(*instance, frame.tree_state(), effects);
        break;
      case v1::AgentFrame::kJobProgress:
        HandleJobProgressLocked(*instance, std::move(*frame.mutable_job_progress()), effects);
        break;
      case v1::AgentFrame::kGoodbye:
        instance->leaving = true;
        break;
      case v1::AgentFrame::kRegister:
      case v1::AgentFrame::FRAME_NOT_SET:
        // A second Register is refused by the stream; an unknown frame comes from a newer agent.
        break;
    }
  }
  Run(std::move(effects));
}

void Relay::Disconnect(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    RemoveInstanceLocked(session, reason, unsent, effects);
  }
  Run(std::move(effects));
}

void Relay::RemoveInstanceLocked(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent,
                                 Effects& effects) {
  const std::unique_ptr<Instance> instance = registry_.Remove(session, clock_.Now());
  if (instance == nullptr) return;
  effects.gone.push_back(reason.code());
  Log(LogLevel::kInfo, "agent disconnected",
      {{"account", instance->account},
       {"project", instance->registration.project().project_id()},
       {"instance", instance->registration.instance_uid()},
       {"reason", std::string(reason.message())}});
  for (PendingCommand* command : commands_.SentTo(session)) {
    const bool was_sent = std::find(unsent.begin(), unsent.end(), command->request_id) == unsent.end();
    if (was_sent) {
      FailLocked(*command,
                 absl::UnavailableError("the agent disconnected before it answered; the command may or may not have "
                                        "been applied: send it again with the same request id"),
                 v1::COMMAND_STATE_UNKNOWN, effects);
      continue;
    }
    command->session = kNoSession;
    if (const absl::Status status = DispatchLocked(*command, effects); !status.ok()) {
      FailLocked(*command, status, v1::COMMAND_STATE_FAILED, effects);
    }
  }
  PublishPresenceLocked(*instance, v1::Presence::STATE_DISCONNECTED, reason.message(), effects);
  ProjectRecord* record = registry_.FindProject(instance->account, instance->registration.project().project_id());
  ChooseEventSourceLocked(*record, effects);
}

void Relay::SendLocked(Instance& instance, v1::RelayFrame frame, Effects& effects) {
  if (const absl::Status status = instance.stream->Enqueue(std::move(frame)); !status.ok()) {
    effects.close.emplace_back(instance.stream, status);
    return;
  }
  effects.flush.push_back(instance.stream);
}

void Relay::HeartbeatLocked(Instance& instance, absl::Time now, Effects& effects) {
  if (instance.ping_nonce != 0) {
    // Any frame is a sign of life; only silence since the ping counts.
    const absl::Duration silence = now - std::max(instance.ping_sent, instance.last_heard);
    instance.suspect = silence > options_.suspect_after;
    return;
  }
  if (now - instance.ping_sent < options_.heartbeat_interval) return;
  instance.ping_nonce = ++last_nonce_;
  instance.ping_sent = now;
  v1::RelayFrame frame;
  frame.mutable_ping()->set_nonce(instance.ping_nonce);
  SendLocked(instance, std::move(frame), effects);
}

}  // namespace specrelay
