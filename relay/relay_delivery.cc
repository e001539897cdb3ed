#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/log.h"
#include "proto/support/message_body.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/relay.h"

// From an accepted command to its end: sending, and sending again.

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
    "the command was sent before and not answered; it may or may not have been applied: send it again with the same "
    "request id";

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

absl::Status Relay::EnqueueWholeLocked(PendingCommand& command, const Instance& instance) {
  if (command.may_queue()) commands_.SetDeadline(command, clock_.Now() + command.patience);
  if (command.bytes > instance.stream->queued().free_bytes) {
    return absl::ResourceExhaustedError("the agent does not keep up with what is sent to it; try again in a moment");
  }
  if (command.streamed) RETURN_IF_ERROR(CheckStreams(instance, command.request_id));
  v1::RelayFrame frame;
  *frame.mutable_command() = *command.delivery;
  *frame.mutable_command()->mutable_timeout() = TimeLeft(command);
  const absl::Status status = instance.stream->Enqueue(std::move(frame));
  if (status.ok() || absl::IsFailedPrecondition(status)) return status;
  return absl::ResourceExhaustedError(
      absl::StrCat("the agent does not keep up (", std::string(status.message()), "); try again in a moment"));
}

google::protobuf::Duration Relay::TimeLeft(const PendingCommand& command) const {
  // None at all would be no bound.
  return ToProto(std::max(command.deadline - clock_.Now(), absl::Milliseconds(1)));
}

absl::StatusOr<Instance*> Relay::EnqueueLocked(PendingCommand& command, const ProjectRecord* record) {
  while (Instance* const instance = record == nullptr ? nullptr : record->Primary()) {
    if (instance->in_flight >= options_.in_flight_per_project) {
      return absl::ResourceExhaustedError(absl::StrCat("project ", command.project_id, " has ", instance->in_flight,
                                                       " commands under way, its limit; wait for some to end"));
    }
    const absl::Status status = PassesApart(command, *instance) ? EnqueueApartLocked(command, *instance)
                                                                : EnqueueWholeLocked(command, *instance);
    if (status.ok()) return instance;
    if (!absl::IsFailedPrecondition(status)) return status;
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
  ASSIGN_OR_RETURN(Instance* const instance,
                   EnqueueLocked(command, registry_.FindProject(command.account, command.project_id)));
  effects.flush.push_back(instance->stream);
  ++instance->in_flight;
  command.session = instance->id;
  command.agent_instance = instance->registration.instance_uid();
  const std::string& agent_id = instance->registration.agent_id();
  if (!command.agent_id.empty() && command.agent_id != agent_id) command.changed_agents = command.progress.in_doubt();
  command.agent_id = agent_id;
  if (!command.incomplete()) {
    TransitionLocked(command, v1::COMMAND_STATE_SENT, "", effects);
  } else {
    const bool queued = command.state() == v1::COMMAND_STATE_QUEUED;
    TransitionLocked(command, queued ? v1::COMMAND_STATE_QUEUED : v1::COMMAND_STATE_ACCEPTED,
                     "it passes to the agent in parts", effects);
  }
  return absl::OkStatus();
}

// --- Sending again --------------------------------------------------------------------------------------------------

void Relay::UnassignLocked(PendingCommand& command, Effects& effects) {
  EndMessagesLocked(command, effects);
  if (Instance* instance = registry_.Find(command.session); instance != nullptr) --instance->in_flight;
  command.session = kNoSession;
  command.answered = false;
}

void Relay::RerouteAllLocked(SessionId session, const std::vector<std::string>& unsent, Effects& effects) {
  const absl::flat_hash_set<absl::string_view> never_sent(unsent.begin(), unsent.end());
  for (PendingCommand* command : commands_.SentTo(session)) {
    const bool was_sent = !never_sent.contains(command->request_id) && !command->incomplete();
    RerouteLocked(*command, was_sent, effects);
  }
}

void Relay::RerouteLocked(PendingCommand& command, bool was_sent, Effects& effects) {
  UnassignLocked(command, effects);
  if (was_sent) {
    command.progress.SetInDoubt();
    // What ends every agent that it is sent to must not do so for ever.
    if (++command.lost_sendings >= options_.max_sendings) {
      GiveUpLocked(command, absl::UnavailableError(""), v1::COMMAND_STATE_UNKNOWN, effects);
      return;
    }
  }
  if (command.streamed) {
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

// --- Ends -----------------------------------------------------------------------------------------------------------

void Relay::HandleOutcomeLocked(Instance& instance, v1::CommandOutcome outcome, Effects& effects) {
  PendingCommand* command = commands_.FindPending(instance.account, outcome.request_id());
  const bool closing = instance.closing_bodies.erase(outcome.request_id()) > 0;
  if (closing || command == nullptr || command->session != instance.id) {
    // An answer after the deadline, a second one, or one to a question nobody asked: none changes an outcome.
    Log(LogLevel::kDebug, "outcome of no command under way ignored",
        {{"instance", instance.registration.instance_uid()}});
    if (outcome.body() == v1::BODY_KIND_MESSAGE &&
        IsMessageTransferId(MessageSide::kAgent, outcome.message_body().transfer_id())) {
      SendAbortLocked(instance, outcome.message_body().transfer_id(), v1::CommandError(), effects);
    }
    return;
  }
  command->answered = true;
  // It is the answer to an earlier sending.
  if (!command->is_sent() && !outcome.leaving()) TransitionLocked(*command, v1::COMMAND_STATE_SENT, "", effects);
  if (outcome.body() == v1::BODY_KIND_MESSAGE) {
    return BeginAnswerLocked(instance, *command, std::move(outcome), effects);
  }
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
  if (command.is_sent()) {
    FailLocked(command,
               absl::DeadlineExceededError("no answer in time; the command may or may not have been applied: send it "
                                           "again with the same request id"),
               v1::COMMAND_STATE_UNKNOWN, effects);
    return;
  }
  const absl::Status why = command.incomplete() ? absl::UnavailableError("the agent did not take all of it in time")
                                                : WhyNotSentLocked(command);
  GiveUpLocked(command,
               absl::UnavailableError(absl::StrCat("the command could not be sent within ",
                                                   absl::FormatDuration(clock_.Now() - command.began),
                                                   " and nothing was done: ", why.message())),
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
  if (command.streamed && !command.answered) AbortBodyLocked(command, status.error(), effects);
  UnassignLocked(command, effects);
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
  effects.dropped.push_back(finished->delivery);
  auto& waiters = finished->waiters;
  for (size_t i = 0; i + 1 < waiters.size(); ++i) effects.completions.emplace_back(std::move(waiters[i].done), whole);
  if (!waiters.empty()) effects.completions.emplace_back(std::move(waiters.back().done), std::move(whole));
}

}  // namespace specrelay
