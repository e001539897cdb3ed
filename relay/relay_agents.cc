#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/capabilities.h"
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
  for (const char* capability :
       {kBatchCapability, kTransferCapability, kTransferGzipCapability, kTransferMessageCapability}) {
    welcome.add_capabilities(capability);
  }
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
    SessionId replaced = kNoSession;
    if (const Instance* twin = registry_.FindTwin(principal.account, registration); twin != nullptr) {
      const absl::Status reason = absl::AbortedError("replaced by a newer stream of the same process");
      replaced = twin->id;
      effects.close.emplace_back(twin->stream, reason);
      DetachInstanceLocked(replaced, reason, effects);
    }
    session = AddInstanceLocked(principal, std::move(registration), std::move(stream), effects);
    if (replaced != kNoSession) RerouteAllLocked(replaced, {}, effects);
    ReplayLocked(effects);
  }
  Run(std::move(effects));
  return session;
}

absl::StatusOr<SessionId> Relay::AddInstanceLocked(const Principal& principal, v1::Register registration,
                                                   std::shared_ptr<AgentSession> stream, Effects& effects) {
  Instance instance;
  instance.account = principal.account;
  instance.key_id = principal.key_id;
  instance.registration = std::move(registration);
  instance.stream = std::move(stream);
  instance.connected_since = instance.last_seen = wall_.Now();
  instance.last_heard = instance.ping_sent = clock_.Now();
  ASSIGN_OR_RETURN(Instance* const added, registry_.Add(std::move(instance)));
  const std::string& project_id = added->registration.project().project_id();
  SendLocked(*added, MakeWelcome(added->id, options_, added->registration), effects);
  PublishPresenceLocked(*added, v1::Presence::STATE_CONNECTED, "", effects);
  ChooseEventSourceLocked(*registry_.FindProject(principal.account, project_id), effects);
  to_replay_.insert({principal.account, project_id});
  Log(LogLevel::kInfo, "agent connected",
      {{"account", principal.account},
       {"project", project_id},
       {"instance", added->registration.instance_uid()},
       {"version", added->registration.agent_version()}});
  return added->id;
}

void Relay::OnFrame(SessionId session, v1::AgentFrame frame) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    Instance* instance = registry_.Find(session);
    if (instance == nullptr) return;
    instance->last_heard = clock_.Now();
    instance->last_seen = wall_.Now();
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
      case v1::AgentFrame::kTransfer:
        HandleTransferLocked(*instance, std::move(*frame.mutable_transfer()), effects);
        break;
      case v1::AgentFrame::kGoodbye:
        instance->leaving = true;
        break;
      case v1::AgentFrame::kRegister:
      case v1::AgentFrame::FRAME_NOT_SET:
        // A second Register is refused by the stream; an unknown frame comes from a newer agent.
        break;
    }
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

void Relay::Disconnect(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    RemoveInstanceLocked(session, reason, unsent, effects);
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

void Relay::RemoveInstanceLocked(SessionId session, const absl::Status& reason, const std::vector<std::string>& unsent,
                                 Effects& effects) {
  if (DetachInstanceLocked(session, reason, effects)) RerouteAllLocked(session, unsent, effects);
}

bool Relay::DetachInstanceLocked(SessionId session, const absl::Status& reason, Effects& effects) {
  const std::unique_ptr<Instance> instance = registry_.Remove(session, wall_.Now());
  if (instance == nullptr) return false;
  effects.gone.push_back(reason.code());
  const std::string& project_id = instance->registration.project().project_id();
  Log(LogLevel::kInfo, "agent disconnected",
      {{"account", instance->account},
       {"project", project_id},
       {"instance", instance->registration.instance_uid()},
       {"reason", std::string(reason.message())}});
  PublishPresenceLocked(*instance, v1::Presence::STATE_DISCONNECTED, reason.message(), effects);
  ChooseEventSourceLocked(*registry_.FindProject(instance->account, project_id), effects);
  return true;
}

void Relay::SendLocked(Instance& instance, v1::RelayFrame frame, Effects& effects) {
  if (const absl::Status status = instance.stream->Enqueue(std::move(frame)); !status.ok()) {
    effects.close.emplace_back(instance.stream, status);
    return;
  }
  effects.flush.push_back(instance.stream);
}

void Relay::ForgiveSilenceLocked(absl::Time now) {
  const bool stopped = now - last_tick_ >= options_.dead_after;
  last_tick_ = now;
  if (!stopped) return;
  registry_.ForEachInstance([&](Instance& instance) {
    if (instance.ping_nonce != 0) instance.ping_sent = now;
    instance.sending_moved = instance.answering_moved = now;
  });
}

void Relay::HeartbeatLocked(Instance& instance, absl::Time now, Effects& effects) {
  if (instance.ping_nonce != 0) {
    // Any frame is a sign of life; only silence since the ping counts.
    const absl::Duration silence = now - std::max(instance.ping_sent, instance.last_heard);
    instance.suspect = silence > options_.suspect_after;
    return;
  }
  const absl::Duration quiet = now - std::max(instance.ping_sent, instance.last_heard);
  // A ping behind what the agent has yet to read would measure that, not the agent.
  const auto has_read_all = [&instance] {
    const AgentSession::Queued queued = instance.stream->queued();
    return queued.frames == queued.body_frames;
  };
  const bool overdue = instance.in_flight > 0 && quiet >= options_.busy_heartbeat_interval && has_read_all();
  if (!overdue && now - instance.ping_sent < options_.heartbeat_interval) return;
  instance.ping_nonce = ++last_nonce_;
  instance.ping_sent = now;
  v1::RelayFrame frame;
  frame.mutable_ping()->set_nonce(instance.ping_nonce);
  SendLocked(instance, std::move(frame), effects);
}

}  // namespace specrelay
