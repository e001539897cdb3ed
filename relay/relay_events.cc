#include <utility>

#include "proto/support/log.h"
#include "proto/support/time.h"
#include "relay/authorization.h"
#include "relay/command_documents.h"
#include "relay/relay.h"

// From an agent's file changes to the account's event log.
//
// One instance of a project is its event source; the others see the same edits, and theirs are left out. Whenever the
// source changes, or numbers are missing, the relay asks for the full state and reports what differs from its mirror or
// was written lately.

namespace specrelay {
namespace {

constexpr size_t kMaxEventContentBytes = 64 << 10;
constexpr size_t kMaxJobOutputBytes = 16 << 10;

}  // namespace

void Relay::HandleEventsLocked(Instance& instance, v1::EventBatch batch, Effects& effects) {
  const bool gap = batch.first_sequence() != instance.next_event;
  instance.next_event = batch.first_sequence() + batch.changes_size();
  v1::RelayFrame ack;
  ack.mutable_event_ack()->set_sequence(instance.next_event - 1);
  SendLocked(instance, std::move(ack), effects);

  const std::string& project_id = instance.registration.project().project_id();
  ProjectRecord& record = *registry_.FindProject(instance.account, project_id);
  if (record.event_source != instance.id) return;
  if (gap || !batch.resync_reason().empty()) {
    PublishResyncLocked(record, gap ? "the agent's events have a gap" : batch.resync_reason(), effects);
    RequestStateLocked(instance, effects);
  }
  for (v1::FileChanged& change : *batch.mutable_changes()) {
    if (!record.mirror.Apply(change)) continue;
    if (change.content().size() > kMaxEventContentBytes) {
      change.clear_content();
      change.set_content_omitted(true);
    }
    v1::Event event;
    *event.mutable_file_changed() = std::move(change);
    PublishLocked(instance.account, project_id, std::move(event), effects);
  }
}

void Relay::HandleTreeStateLocked(Instance& instance, const v1::TreeState& state, Effects& effects) {
  const std::string& project_id = instance.registration.project().project_id();
  ProjectRecord& record = *registry_.FindProject(instance.account, project_id);
  if (record.event_source != instance.id || instance.state_nonce == 0 || state.nonce() != instance.state_nonce) return;
  const bool was_known = record.mirror.known();
  for (v1::FileChanged& change : record.mirror.ApplyState(state)) {
    v1::Event event;
    *event.mutable_file_changed() = std::move(change);
    PublishLocked(instance.account, project_id, std::move(event), effects);
  }
  if (!state.last()) return;
  instance.state_nonce = 0;
  if (!was_known) PublishResyncLocked(record, "the relay did not know the project's state until now", effects);
}

void Relay::HandleJobProgressLocked(const Instance& instance, v1::JobProgress progress, Effects& effects) {
  if (progress.output().size() > kMaxJobOutputBytes) {
    progress.set_skipped_bytes(progress.skipped_bytes() + static_cast<int64_t>(progress.output().size()));
    progress.clear_output();
  }
  v1::Event event;
  *event.mutable_job_progress() = std::move(progress);
  PublishLocked(instance.account, instance.registration.project().project_id(), std::move(event), effects);
}

void Relay::RequestStateLocked(Instance& instance, Effects& effects) {
  instance.state_nonce = ++last_nonce_;
  v1::RelayFrame frame;
  frame.mutable_state_request()->set_nonce(instance.state_nonce);
  SendLocked(instance, std::move(frame), effects);
}

void Relay::ChooseEventSourceLocked(ProjectRecord& record, Effects& effects) {
  Instance* primary = record.Primary();
  const SessionId source = primary == nullptr ? kNoSession : primary->id;
  if (source == record.event_source) return;
  record.event_source = source;
  record.mirror.AbandonState();
  if (primary != nullptr) RequestStateLocked(*primary, effects);
}

std::shared_ptr<EventLog> Relay::LogOfLocked(absl::string_view account) {
  std::shared_ptr<EventLog>& log = logs_[account];
  if (log == nullptr) log = std::make_shared<EventLog>(options_.epoch, options_.event_log);
  return log;
}

void Relay::PublishLocked(absl::string_view account, absl::string_view project_id, v1::Event event, Effects& effects) {
  const ProjectRecord* record = registry_.FindProject(account, project_id);
  if (record != nullptr && record->forgotten) return;
  event.set_project_id(std::string(project_id));
  *event.mutable_time() = ToProto(wall_.Now());
  std::shared_ptr<EventLog> log = LogOfLocked(account);
  log->Publish(std::move(event));
  ++effects.events;
  if (effects.wake.empty() || effects.wake.back() != log) effects.wake.push_back(std::move(log));
}

void Relay::PublishPresenceLocked(const Instance& instance, v1::Presence::State state, absl::string_view reason,
                                  Effects& effects) {
  const v1::Register& registration = instance.registration;
  const std::string& project_id = registration.project().project_id();
  v1::Event event;
  v1::Presence& presence = *event.mutable_presence();
  presence.set_agent_id(registration.agent_id());
  presence.set_instance_uid(registration.instance_uid());
  presence.set_state(state);
  presence.set_reason(std::string(reason));
  const ProjectRecord* record = registry_.FindProject(instance.account, project_id);
  presence.set_connected_instances(static_cast<int>(record->instances.size()));
  PublishLocked(instance.account, project_id, std::move(event), effects);
}

void Relay::PublishResyncLocked(const ProjectRecord& record, absl::string_view reason, Effects& effects) {
  v1::Event event;
  event.mutable_resync()->set_reason(std::string(reason));
  PublishLocked(record.account, record.project.project_id(), std::move(event), effects);
}

void Relay::PublishProgressLocked(const PendingCommand& command, Effects& effects) {
  // Reads change nothing that a watcher shows.
  if (command.info->access == v1::COMMAND_ACCESS_READ) return;
  v1::Event event;
  v1::CommandProgress& progress = *event.mutable_command_progress();
  progress.set_request_id(command.request_id);
  progress.set_command(std::string(command.info->name));
  progress.set_state(command.state());
  progress.set_reason(command.progress.reason());
  *progress.mutable_actor() = command.delivery->actor();
  progress.set_path(WrittenDocument(command.delivery->command()));
  PublishLocked(command.account, command.project_id, std::move(event), effects);
}

void Relay::PublishResolvedLocked(const QueuedWrite& conflict, absl::string_view how, Effects& effects) {
  v1::Event event;
  v1::CommandProgress& progress = *event.mutable_command_progress();
  progress.set_request_id(conflict.request_id);
  progress.set_command(conflict.conflict->command());
  progress.set_state(conflict.conflict->state());
  progress.set_reason(std::string(how));
  PublishLocked(conflict.account(), conflict.project.second, std::move(event), effects);
}

absl::StatusOr<Relay::WatchStart> Relay::Watch(const Principal& principal, const v1::WatchRequest& request) {
  if (absl::Status status = AuthorizeWatch(principal, request.project_id()); !status.ok()) return status;
  absl::MutexLock lock(&mu_);
  if (!request.project_id().empty() && VisibleProjectLocked(principal, request.project_id()) == nullptr) {
    return UnknownProject(request.project_id());
  }
  WatchStart start;
  start.log = LogOfLocked(principal.account);
  start.position = start.log->End();
  start.resync = false;
  if (!request.cursor().empty()) {
    const absl::optional<EventLog::Sequence> position = start.log->Resolve(request.cursor());
    start.resync = !position.has_value();
    if (position.has_value()) start.position = *position;
  }
  return start;
}

}  // namespace specrelay
