#include "relay/relay.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/authorization.h"

// Life of the relay as a whole. The rest of the class: relay_agents.cc, relay_bodies.cc, relay_commands.cc,
// relay_delivery.cc, relay_events.cc, relay_messages.cc, relay_queue.cc and relay_waiting.cc.

namespace specrelay {

Relay::Relay(RelayOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      wall_(options_.wall_clock == nullptr ? clock : *options_.wall_clock),
      observer_(options_.observer == nullptr ? nobody_ : *options_.observer),
      command_room_("the line of large commands", options_.large_commands, "try again in a moment"),
      answer_room_("what comes of large answers", options_.large_answers,
                   "send the command again in a moment, with the same request id"),
      registry_(options_.registry),
      commands_(options_.commands),
      memory_queue_(options_.queue),
      queue_(options_.offline_queue == nullptr ? &memory_queue_ : options_.offline_queue) {}

void Relay::Run(Effects effects) const {
  for (const auto& stream : effects.flush) stream->Flush();
  for (const auto& [stream, status] : effects.close) stream->Close(status);
  for (auto& [body, step] : effects.steps) body->OnStep(std::move(step));
  for (auto& [done, status] : effects.completions) {
    if (done) done(std::move(status));
  }
  for (const auto& log : effects.wake) log->WakeSubscribers();
  for (const Effects::EndedCommand& command : effects.ended) {
    observer_.OnCommandEnded(command.name, command.state, command.took);
  }
  for (const absl::StatusCode reason : effects.gone) observer_.OnAgentGone(reason);
  if (effects.events > 0) observer_.OnEventsPublished(effects.events);
}

void Relay::Tick() {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    const absl::Time now = clock_.Now();
    ForgiveSilenceLocked(now);
    const bool checks_sessions = now >= next_session_check_;
    if (checks_sessions) {
      next_session_check_ = now + options_.session_check_interval;
      CheckSessionsLocked(now, effects);
    }
    for (PendingCommand* command : commands_.Due(now)) ExpireLocked(*command, effects);
    for (auto& waiter : commands_.TakeDueWaiters(now)) effects.completions.push_back(std::move(waiter));
    commands_.ForgetOld(now);
    MoveLinesLocked(effects);
    if (checks_sessions) {
      // After deadlines, which say more.
      registry_.ForEachInstance([&](Instance& instance) {
        mu_.AssertHeld();
        BreakOffNeglectedLocked(instance, now, effects);
      });
    }
    to_replay_.merge(stalled_);
    stalled_.clear();
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

void Relay::CheckSessionsLocked(absl::Time now, Effects& effects) {
  std::vector<Instance*> dead;
  std::vector<Instance*> changed;
  registry_.ForEachInstance([&](Instance& instance) {
    mu_.AssertHeld();
    const bool was_healthy = instance.healthy();
    HeartbeatLocked(instance, now, effects);
    if (instance.healthy() != was_healthy) changed.push_back(&instance);
    if (instance.ping_nonce != 0 && now - std::max(instance.ping_sent, instance.last_heard) > options_.dead_after) {
      dead.push_back(&instance);
    }
  });
  for (const Instance* instance : changed) {
    ChooseEventSourceLocked(*registry_.FindProject(instance->account, instance->registration.project().project_id()),
                            effects);
  }
  for (const Instance* instance : dead) {
    const absl::Status reason = absl::DeadlineExceededError(
        absl::StrCat("no sign of life for ", absl::FormatDuration(options_.dead_after), " after a heartbeat"));
    effects.close.emplace_back(instance->stream, reason);
    RemoveInstanceLocked(instance->id, reason, {}, effects);
  }
}

void Relay::Drain(absl::Duration retry_after) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (draining_) return;
    draining_ = true;
    v1::RelayFrame frame;
    frame.mutable_drain()->set_reason("the relay is going down");
    *frame.mutable_drain()->mutable_retry_after() = ToProto(retry_after);
    registry_.ForEachInstance([&](Instance& instance) {
      mu_.AssertHeld();
      instance.leaving = true;
      SendLocked(instance, frame, effects);
    });
    if (queue_->durability() != v1::QUEUE_DURABILITY_DISK) {
      EndWaitingLocked([](const PendingCommand&) { return true; },
                       absl::UnavailableError("the relay is going down, and with it what it keeps in memory; nothing "
                                              "was done: send the command again in a moment"),
                       effects);
    }
  }
  Run(std::move(effects));
}

ProjectRecord* Relay::VisibleProjectLocked(const Principal& principal, absl::string_view project_id) const {
  if (!principal.MaySee(project_id)) return nullptr;
  ProjectRecord* record = registry_.FindProject(principal.account, project_id);
  return record == nullptr || record->forgotten ? nullptr : record;
}

absl::Status Relay::ForgetProject(const Principal& principal, absl::string_view project_id) {
  RETURN_IF_ERROR(AuthorizeChange(principal, "taking a project from the list"));
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    const ProjectRecord* record = VisibleProjectLocked(principal, project_id);
    if (record == nullptr) return UnknownProject(project_id);
    DropQueueLocked({principal.account, std::string(project_id)}, effects);
    PublishResyncLocked(*record, "the project was taken from the list", effects);
    registry_.ForgetProject(principal.account, project_id);
  }
  Run(std::move(effects));
  return absl::OkStatus();
}

absl::StatusOr<v1::ListProjectsResponse> Relay::ListProjects(const Principal& principal) const {
  RETURN_IF_ERROR(AuthorizeClient(principal));
  v1::ListProjectsResponse response;
  {
    absl::MutexLock lock(&mu_);
    registry_.ForEachProject(principal.account, [&](const ProjectRecord& record) {
      if (record.forgotten || !principal.MaySee(record.project.project_id())) return;
      *response.add_projects() = DescribeProject(record);
    });
  }
  std::stable_sort(response.mutable_projects()->begin(), response.mutable_projects()->end(),
                   [](const auto& a, const auto& b) { return a.name() < b.name(); });
  return response;
}

absl::StatusOr<v1::ListAgentsResponse> Relay::ListAgents(const Principal& principal,
                                                         const v1::ListAgentsRequest& request) const {
  RETURN_IF_ERROR(AuthorizeClient(principal));
  v1::ListAgentsResponse response;
  {
    absl::MutexLock lock(&mu_);
    if (!request.project_id().empty() && VisibleProjectLocked(principal, request.project_id()) == nullptr) {
      return UnknownProject(request.project_id());
    }
    registry_.ForEachProject(principal.account, [&](const ProjectRecord& record) {
      const std::string& id = record.project.project_id();
      if (record.forgotten) return;
      if (!principal.MaySee(id) || (!request.project_id().empty() && request.project_id() != id)) return;
      for (const Instance* instance : record.instances) *response.add_agents() = DescribeInstance(*instance);
    });
  }
  std::stable_sort(
      response.mutable_agents()->begin(), response.mutable_agents()->end(),
      [](const auto& a, const auto& b) { return FromProto(a.connected_since()) > FromProto(b.connected_since()); });
  return response;
}

int Relay::pending_commands() const {
  absl::MutexLock lock(&mu_);
  return commands_.pending_count();
}

RelayLoad Relay::load() const {
  RelayLoad load;
  absl::MutexLock lock(&mu_);
  load.commands_pending = commands_.pending_count();
  load.commands_remembered = commands_.finished_count();
  load.commands_queued = queue_->Used().commands;
  load.bytes_of_queued = queue_->Used().bytes;
  registry_.ForEachInstance([&](const Instance& instance) {
    const AgentSession::Queued queued = instance.stream->queued();
    load.frames_queued += queued.frames;
    load.bytes_queued += queued.bytes;
  });
  for (const auto& [account, log] : logs_) {
    load.events_kept += log->event_count();
    load.event_bytes_kept += log->byte_count();
    registry_.ForEachProject(account, [&](const ProjectRecord& record) {
      if (record.forgotten) return;
      ++(record.instances.empty() ? load.projects_offline : load.projects_online);
    });
  }
  return load;
}

}  // namespace specrelay
