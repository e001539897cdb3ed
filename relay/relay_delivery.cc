#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/command_documents.h"
#include "relay/relay.h"

// From an accepted command to its end: sending, waiting for an agent, sending again.

namespace specrelay {
namespace {

// An outcome as it should be; agents are not trusted to send only such.
absl::Status CheckOutcome(const v1::CommandOutcome& outcome, const CommandInfo& info) {
  switch (outcome.state()) {
    case v1::COMMAND_STATE_APPLIED:
      // What was written is written, even when its answer was too large to come along.
      if (!outcome.has_result() && info.access == v1::COMMAND_ACCESS_WRITE) return absl::OkStatus();
      if (static_cast<int>(outcome.result().response_case()) != info.field->number()) {
        return absl::InternalError(
            absl::StrCat("the agent answered ", std::string(info.name), " with something else; update the agent"));
      }
      return absl::OkStatus();
    case v1::COMMAND_STATE_FAILED:
    case v1::COMMAND_STATE_CONFLICT:
    case v1::COMMAND_STATE_CANCELLED:
    case v1::COMMAND_STATE_UNKNOWN:
      return FromCommandError(outcome.error());
    default:
      return absl::InternalError(absl::StrCat("the agent ended ", std::string(info.name), " in the state ",
                                              v1::CommandState_Name(outcome.state()),
                                              ", which is none that ends a command; update the agent"));
  }
}

// States in which an agent may say that a command has failed.
bool IsAgentsFailure(v1::CommandState state) {
  return state == v1::COMMAND_STATE_FAILED || state == v1::COMMAND_STATE_CONFLICT ||
         state == v1::COMMAND_STATE_CANCELLED || state == v1::COMMAND_STATE_UNKNOWN;
}

// Whether an agent that gives this reason has looked into its journal, and so knows that the command had not been
// executed before. It can be too busy for that, or locked out, or no longer allow it.
bool IsDecided(const absl::Status& reason) {
  return absl::IsAborted(reason) || absl::IsNotFound(reason) || absl::IsAlreadyExists(reason) ||
         absl::IsFailedPrecondition(reason) || absl::IsInvalidArgument(reason);
}

// How a command has ended that the agent did not answer with success.
v1::CommandState FailureState(const PendingCommand& command, const v1::CommandOutcome& outcome,
                              const absl::Status& reason) {
  if (!IsAgentsFailure(outcome.state())) return v1::COMMAND_STATE_UNKNOWN;
  if (command.progress.in_doubt() && (command.changed_agents || !IsDecided(reason))) return v1::COMMAND_STATE_UNKNOWN;
  return outcome.state();
}

constexpr absl::string_view kInDoubt =
    "the agent disconnected before it answered; the command may or may not have been applied: send it again with the "
    "same request id";

constexpr absl::string_view kBodyLost =
    "the agent disconnected during the transfer, and what had passed cannot be sent again; begin anew, with the same "
    "request id";

}  // namespace

// --- Sending --------------------------------------------------------------------------------------------------------

void Relay::TransitionLocked(PendingCommand& command, v1::CommandState next, absl::string_view reason,
                             Effects& effects) {
  const absl::Time now = wall_.Now();
  if (!command.progress.TransitionTo(next, reason, now)) {
    // A mistake in this program. What is certain is only that nothing is.
    Log(LogLevel::kError, "impossible transition of a command",
        {{"from", v1::CommandState_Name(command.state())}, {"to", v1::CommandState_Name(next)}});
    if (!command.progress.TransitionTo(v1::COMMAND_STATE_UNKNOWN, reason, now)) return;
  }
  PublishProgressLocked(command, effects);
}

absl::StatusOr<Instance*> Relay::EnqueueLocked(const PendingCommand& command, const ProjectRecord* record) {
  while (Instance* const instance = record == nullptr ? nullptr : record->Primary()) {
    if (instance->in_flight >= options_.in_flight_per_project) {
      return absl::ResourceExhaustedError(absl::StrCat("project ", command.project_id, " has ", instance->in_flight,
                                                       " commands under way, its limit; wait for some to end"));
    }
    if (command.bytes > instance->stream->queued().free_bytes) {
      return absl::ResourceExhaustedError("the agent does not keep up with what is sent to it; try again in a moment");
    }
    if (command.body != nullptr) RETURN_IF_ERROR(CheckStreams(*instance, command.request_id));
    v1::RelayFrame frame;
    *frame.mutable_command() = *command.delivery;
    // None at all would be no bound.
    *frame.mutable_command()->mutable_timeout() =
        ToProto(std::max(command.deadline - clock_.Now(), absl::Milliseconds(1)));
    const absl::Status status = instance->stream->Enqueue(std::move(frame));
    if (status.ok()) return instance;
    if (!absl::IsFailedPrecondition(status)) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the agent does not keep up (", std::string(status.message()), "); try again in a moment"));
    }
    // Its stream is ending, of which the relay has yet to be told.
    instance->leaving = true;
  }
  return WhyNotSentLocked(command);
}

absl::Status Relay::WhyNotSentLocked(const PendingCommand& command) const {
  const QueuedWrite* write = queue_->Find(command.account, command.request_id);
  if (const QueuedWrite* holder = write == nullptr ? nullptr : queue_->HeldBy(*write); holder != nullptr) {
    return absl::UnavailableError(
        absl::StrCat("it waits behind the conflict ", holder->request_id, ", about which nobody has decided"));
  }
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  if (record != nullptr && record->Primary() != nullptr) {
    return absl::UnavailableError("earlier writes of the project are sent first");
  }
  return absl::UnavailableError(
      absl::StrCat("no agent of project ", command.project_id, " is connected; start it on the developer's machine"));
}

absl::Status Relay::DispatchLocked(PendingCommand& command, Effects& effects) {
  if (command.may_queue()) commands_.SetDeadline(command, clock_.Now() + command.patience);
  ASSIGN_OR_RETURN(Instance* const instance,
                   EnqueueLocked(command, registry_.FindProject(command.account, command.project_id)));
  effects.flush.push_back(instance->stream);
  ++instance->in_flight;
  command.session = instance->id;
  command.agent_instance = instance->registration.instance_uid();
  const std::string& agent_id = instance->registration.agent_id();
  if (!command.agent_id.empty() && command.agent_id != agent_id) command.changed_agents = command.progress.in_doubt();
  command.agent_id = agent_id;
  TransitionLocked(command, v1::COMMAND_STATE_SENT, "", effects);
  return absl::OkStatus();
}

// --- Waiting for an agent -------------------------------------------------------------------------------------------

absl::Status Relay::HoldLocked(PendingCommand& command, const absl::Status& reason, Effects& effects) {
  if (draining_ && queue_->durability() != v1::QUEUE_DURABILITY_DISK) return reason;
  // Nobody would see it wait in a project that was taken from the list.
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  if (record == nullptr || record->forgotten) return reason;
  switch (command.policy) {
    case v1::OFFLINE_POLICY_QUEUE:
      if (command.queued) {
        queue_->SetUnderWay(command.account, command.request_id, false);
      } else {
        RETURN_IF_ERROR(PushLocked(command, command.number));
      }
      commands_.SetDeadline(command, command.expires_at);
      break;
    case v1::OFFLINE_POLICY_WAIT:
      RETURN_IF_ERROR(commands_.Hold(command));
      break;
    default:
      return reason;
  }
  TransitionLocked(command, v1::COMMAND_STATE_QUEUED, reason.message(), effects);
  return absl::OkStatus();
}

absl::Status Relay::PushLocked(PendingCommand& command, uint64_t order) {
  if (const QueuedWrite* same = queue_->Find(command.account, command.request_id); same != nullptr) {
    // Only a conflict can be there still when the command itself has ended.
    return FromCommandError(same->conflict->error());
  }
  QueuedWrite write;
  write.project = command.project();
  write.request_id = command.request_id;
  write.order = order;
  write.documents = DocumentsOf(command.delivery->command());
  write.expires_at = command.accepted_at + options_.queue_keep;
  write.bytes = command.bytes;
  write.delivery = command.delivery;
  RETURN_IF_ERROR(queue_->Push(std::move(write)));
  command.queued = true;
  command.keep_result = true;
  command.durability = queue_->durability();
  return absl::OkStatus();
}

bool Relay::MustWaitLocked(const PendingCommand& command) const {
  if (!command.may_queue()) return false;
  // Whoever asks what became of a write that is kept must not wait for that one.
  const QueuedWrite* same = queue_->Find(command.account, command.request_id);
  if (same != nullptr && same->conflict.has_value() && same->conflict->state() == v1::COMMAND_STATE_UNKNOWN)
    return false;
  return queue_->MustWait(command.project(), DocumentsOf(command.delivery->command()));
}

bool Relay::IsStuckLocked(const PendingCommand& command) const {
  if (command.state() != v1::COMMAND_STATE_QUEUED) return false;
  const ProjectRecord* record = registry_.FindProject(command.account, command.project_id);
  if (record == nullptr || record->Primary() == nullptr) return true;
  const QueuedWrite* write = queue_->Find(command.account, command.request_id);
  return write != nullptr && queue_->HeldBy(*write) != nullptr;
}

// --- Sending again --------------------------------------------------------------------------------------------------

void Relay::UnassignLocked(PendingCommand& command) {
  if (Instance* instance = registry_.Find(command.session); instance != nullptr) --instance->in_flight;
  command.session = kNoSession;
}

void Relay::RerouteAllLocked(SessionId session, const std::vector<std::string>& unsent, Effects& effects) {
  const absl::flat_hash_set<absl::string_view> never_sent(unsent.begin(), unsent.end());
  for (PendingCommand* command : commands_.SentTo(session)) {
    RerouteLocked(*command, /*was_sent=*/!never_sent.contains(command->request_id), effects);
  }
}

void Relay::RerouteLocked(PendingCommand& command, bool was_sent, Effects& effects) {
  UnassignLocked(command);
  if (was_sent) {
    command.progress.SetInDoubt();
    // What ends every agent that it is sent to must not do so for ever.
    if (++command.lost_sendings >= options_.max_sendings) {
      GiveUpLocked(command, absl::UnavailableError(""), v1::COMMAND_STATE_UNKNOWN, effects);
      return;
    }
  }
  if (command.body != nullptr) {
    return FailLocked(command, absl::UnavailableError(kBodyLost),
                      command.progress.in_doubt() ? v1::COMMAND_STATE_UNKNOWN : v1::COMMAND_STATE_FAILED, effects);
  }
  // What has a place in the line takes it again, and is sent from there.
  const bool in_line = command.queued || MustWaitLocked(command);
  absl::Status status = in_line ? WhyNotSentLocked(command) : DispatchLocked(command, effects);
  if (status.ok()) return;
  if (in_line) to_replay_.insert(command.project());
  if (absl::IsResourceExhausted(status)) stalled_.insert(command.project());
  status = HoldLocked(command, status, effects);
  if (!status.ok()) GiveUpLocked(command, status, v1::COMMAND_STATE_FAILED, effects);
}

void Relay::ReplayLocked(Effects& effects) {
  while (!to_replay_.empty()) {
    const ProjectKey project = *to_replay_.begin();
    to_replay_.erase(to_replay_.begin());
    ReplayProjectLocked(project, effects);
  }
}

void Relay::ReplayProjectLocked(const ProjectKey& project, Effects& effects) {
  for (PendingCommand* command : commands_.HeldIn(project)) {
    if (!ReplayCommandLocked(*command, effects)) return;
    commands_.Unhold(*command);
  }
  while (const QueuedWrite* write = queue_->Next(project)) {
    const std::string request_id = write->request_id;
    PendingCommand* const command = commands_.FindPending(project.first, request_id);
    if (command == nullptr || !ReplayCommandLocked(*command, effects)) return;
    queue_->SetUnderWay(project.first, request_id, true);
  }
}

bool Relay::ReplayCommandLocked(PendingCommand& command, Effects& effects) {
  const absl::Status status = DispatchLocked(command, effects);
  if (status.ok()) return true;
  if (command.may_queue()) commands_.SetDeadline(command, command.expires_at);
  if (absl::IsResourceExhausted(status)) stalled_.insert(command.project());
  return false;
}

// --- Ends -----------------------------------------------------------------------------------------------------------

void Relay::HandleOutcomeLocked(Instance& instance, v1::CommandOutcome outcome, Effects& effects) {
  if (instance.closing_bodies.erase(outcome.request_id()) > 0) return;
  PendingCommand* command = commands_.FindPending(instance.account, outcome.request_id());
  if (command == nullptr || command->session != instance.id) {
    // An answer after the deadline, a second one, or one to a question nobody asked: none changes an outcome.
    Log(LogLevel::kDebug, "outcome of no command under way ignored",
        {{"instance", instance.registration.instance_uid()}});
    return;
  }
  command->answered = true;
  if (outcome.leaving()) {
    instance.leaving = true;
    RerouteLocked(*command, /*was_sent=*/false, effects);
    return;
  }
  if (const absl::Status status = CheckOutcome(outcome, *command->info); !status.ok()) {
    FailLocked(*command, status, FailureState(*command, outcome, status), effects);
    return;
  }
  v1::CommandStatus status;
  status.set_state(v1::COMMAND_STATE_APPLIED);
  status.mutable_result()->Swap(outcome.mutable_result());
  FinishLocked(*command, std::move(status), effects);
}

void Relay::ExpireLocked(PendingCommand& command, Effects& effects) {
  if (command.state() != v1::COMMAND_STATE_QUEUED) {
    FailLocked(command,
               absl::DeadlineExceededError("no answer in time; the command may or may not have been applied: send it "
                                           "again with the same request id"),
               v1::COMMAND_STATE_UNKNOWN, effects);
    return;
  }
  GiveUpLocked(command,
               absl::UnavailableError(absl::StrCat("the command could not be sent within ",
                                                   absl::FormatDuration(clock_.Now() - command.began),
                                                   " and nothing was done: ", WhyNotSentLocked(command).message())),
               v1::COMMAND_STATE_EXPIRED, effects);
}

void Relay::GiveUpLocked(PendingCommand& command, const absl::Status& reason, v1::CommandState certain,
                         Effects& effects) {
  if (command.progress.in_doubt()) {
    FailLocked(command, absl::Status(reason.code(), kInDoubt), v1::COMMAND_STATE_UNKNOWN, effects);
  } else {
    FailLocked(command, reason, certain, effects);
  }
}

void Relay::FailLocked(PendingCommand& command, const absl::Status& reason, v1::CommandState state, Effects& effects) {
  v1::CommandStatus status;
  status.set_state(state);
  *status.mutable_error() = ToCommandError(WithCommand(reason, command.request_id, state));
  FinishLocked(command, std::move(status), effects);
}

void Relay::FinishLocked(PendingCommand& command, v1::CommandStatus status, Effects& effects) {
  if (command.body != nullptr && !command.answered) AbortBodyLocked(command, status.error(), effects);
  UnassignLocked(command);
  TransitionLocked(command, status.state(), status.error().message(), effects);
  const absl::Time now = clock_.Now();
  effects.ended.push_back({command.info->name, command.state(), now - command.began});
  v1::CommandStatus whole = DescribePending(command);
  if (status.has_error()) whole.mutable_error()->Swap(status.mutable_error());
  if (status.has_result()) whole.mutable_result()->Swap(status.mutable_result());
  if (command.queued) {
    to_replay_.insert(command.project());
    // The user's content is what must not be lost; once somebody has decided about it, neither by another failure.
    const bool is_settled =
        command.state() == v1::COMMAND_STATE_APPLIED || command.state() == v1::COMMAND_STATE_CANCELLED;
    if (command.state() == v1::COMMAND_STATE_CONFLICT || (command.resent && !is_settled)) {
      v1::CommandStatus kept = whole;
      *kept.mutable_error() = WithoutContent(std::move(*kept.mutable_error()));
      queue_->KeepConflict(command.account, command.request_id, std::move(kept), commands_.last_number());
    } else {
      queue_->Remove(command.account, command.request_id);
    }
  } else if (command.state() == v1::COMMAND_STATE_APPLIED &&
             queue_->Remove(command.account, command.request_id).has_value()) {
    // It was kept after an earlier try, for a decision that is no longer needed.
    to_replay_.insert(command.project());
  }
  std::unique_ptr<PendingCommand> finished = commands_.Finish(command, whole, now);
  auto& waiters = finished->waiters;
  for (size_t i = 0; i + 1 < waiters.size(); ++i) effects.completions.emplace_back(std::move(waiters[i].done), whole);
  if (!waiters.empty()) effects.completions.emplace_back(std::move(waiters.back().done), std::move(whole));
}

}  // namespace specrelay
