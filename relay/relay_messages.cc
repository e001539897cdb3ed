#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_error.h"
#include "proto/support/message_body.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "relay/relay.h"

// Commands and answers that pass apart from their frames because they are large. In each direction of a stream one
// passes after the other; each sending has a transfer id of its own, so that steps of an earlier one address nothing.

namespace specrelay {

using Passing = PendingCommand::Passing;

namespace {

ChunkEncoding EncodingFor(const Instance& instance) {
  return Names(instance.registration, kTransferGzipCapability) ? ChunkEncoding::kGzip : ChunkEncoding::kPlain;
}

}  // namespace

bool Relay::PassesApart(const PendingCommand& command, const Instance& instance) const {
  return !command.streamed && command.command_bytes > options_.max_whole_bytes &&
         Names(instance.registration, kTransferMessageCapability);
}

MessageBodyHooks Relay::HooksFor(const PendingCommand& command) {
  MessageBodyHooks hooks;
  hooks.send = [this, account = command.account, request_id = command.request_id](const BodyStream& body,
                                                                                  v1::Transfer step) {
    return SendStepOf(account, request_id, body, std::move(step));
  };
  hooks.fail = [this, account = command.account, request_id = command.request_id](
                   const BodyStream& body, const absl::Status& reason) { FailBody(account, request_id, body, reason); };
  hooks.complete = [this, account = command.account](const BodyStream& body, v1::CommandOutcome outcome) {
    CompleteAnswer(account, body, std::move(outcome));
  };
  return hooks;
}

// --- Commands -------------------------------------------------------------------------------------------------------

absl::Status Relay::EnqueueApartLocked(PendingCommand& command, Instance& instance) {
  RETURN_IF_ERROR(command_room_.Take(command.project(), command.bytes));
  // What may be queued has the time that it was promised, until an agent has all of it.
  if (command.may_queue()) commands_.SetDeadline(command, command.expires_at);
  command.apart.command = Passing::kInLine;
  instance.to_send.push_back(command.request_id);
  const absl::Status sent = SendNextApartLocked(instance);
  if (sent.ok()) {
    if (!instance.to_send.empty()) lines_.insert(instance.id);
    return absl::OkStatus();
  }
  instance.to_send.pop_back();
  command.apart.command = Passing::kWhole;
  command_room_.Give(command.project(), command.bytes);
  return sent;
}

absl::Status Relay::SendNextApartLocked(Instance& instance) {
  if (instance.leaving || !instance.sending.empty() || instance.to_send.empty()) return absl::OkStatus();
  PendingCommand* command = commands_.FindPending(instance.account, instance.to_send.front());
  const std::string id = MessageTransferId(MessageSide::kRelay, ++last_transfer_);
  v1::RelayFrame frame;
  v1::CommandDelivery& header = *frame.mutable_command();
  header.set_request_id(command->request_id);
  *header.mutable_actor() = command->delivery->actor();
  *header.mutable_timeout() = TimeLeft(*command);
  header.set_body(v1::BODY_KIND_MESSAGE);
  header.mutable_message_body()->set_transfer_id(id);
  header.mutable_message_body()->set_size_bytes(command->command_bytes);
  if (command->may_queue()) *header.mutable_message_body()->mutable_begin_within() = ToProto(command->patience);
  RETURN_IF_ERROR(instance.stream->Enqueue(std::move(frame)));
  instance.to_send.pop_front();
  instance.sending = command->request_id;
  instance.sending_moved = clock_.Now();
  instance.transfers.emplace(id, command->request_id);
  command->apart.command = Passing::kUnderWay;
  command->apart.command_id = id;
  command->apart.granted_bytes = 0;
  command->body = std::make_shared<OutgoingMessage>(command->delivery, id, EncodingFor(instance), HooksFor(*command));
  return absl::OkStatus();
}

void Relay::HandleMessageStepLocked(Instance& instance, PendingCommand& command, v1::Transfer step, Effects& effects) {
  const bool of_command = step.request_id() == command.apart.command_id;
  if (step.has_abort()) {
    const absl::Status reason = FromCommandError(step.abort().error());
    if (of_command) return HandleBrokenOffLocked(command, reason, effects);
    return FailLocked(command, reason, v1::COMMAND_STATE_UNKNOWN, effects);
  }
  if (of_command && step.has_taken() && command.apart.command == Passing::kHandedOver) {
    return TakenLocked(command, instance, effects);
  }
  if (of_command && step.has_grant() && step.grant().offset() > command.apart.granted_bytes) {
    command.apart.granted_bytes = step.grant().offset();
    instance.sending_moved = clock_.Now();
  }
  if (command.body != nullptr) effects.steps.emplace_back(command.body, std::move(step));
}

void Relay::HandedOverLocked(PendingCommand& command, Effects& effects) {
  command.apart.command = Passing::kHandedOver;
  effects.dropped.push_back(std::move(command.body));
  TransitionLocked(command, v1::COMMAND_STATE_SENT, "", effects);
}

void Relay::TakenLocked(PendingCommand& command, Instance& instance, Effects& effects) {
  if (command.may_queue()) commands_.SetDeadline(command, clock_.Now() + command.patience);
  command.apart.command = Passing::kOver;
  instance.transfers.erase(command.apart.command_id);
  command.apart.command_id.clear();
  instance.sending.clear();
  SendNextApartLocked(instance).IgnoreError();
  effects.flush.push_back(instance.stream);
}

void Relay::StopSendingLocked(PendingCommand& command, Instance& instance, Effects& effects) {
  PendingCommand::Apart& apart = command.apart;
  const Passing passing = apart.command;
  if (passing == Passing::kWhole || passing == Passing::kOver) return;
  apart.command = Passing::kOver;
  if (passing == Passing::kInLine) {
    instance.to_send.erase(std::remove(instance.to_send.begin(), instance.to_send.end(), command.request_id),
                           instance.to_send.end());
    return;
  }
  // Of what was handed over an answer shows that it has come, or that an earlier sending of it did.
  if (passing == Passing::kUnderWay || !command.answered) {
    SendAbortLocked(instance, apart.command_id, v1::CommandError(), effects);
  }
  effects.dropped.push_back(std::move(command.body));
  instance.transfers.erase(apart.command_id);
  apart.command_id.clear();
  instance.sending.clear();
  SendNextApartLocked(instance).IgnoreError();
  effects.flush.push_back(instance.stream);
}

void Relay::HandleBrokenOffLocked(PendingCommand& command, const absl::Status& reason, Effects& effects) {
  // It arrived damaged, or was neglected. What fares so at each try must not be sent for ever.
  const bool again = absl::IsDataLoss(reason) || absl::IsUnavailable(reason);
  if (again && ++command.lost_sendings < options_.max_sendings) {
    return RerouteLocked(command, /*was_sent=*/false, effects);
  }
  absl::Status end = reason;
  if (absl::IsResourceExhausted(reason)) {
    UnassignLocked(command, effects);
    stalled_.insert(command.project());
    // Not in the agent's words, which may be long: what is held is bounded without them.
    end = HoldLocked(command, absl::ResourceExhaustedError("the agent has no room for it at the moment"), effects);
    if (end.ok()) return;
  }
  GiveUpLocked(command, end, absl::IsCancelled(end) ? v1::COMMAND_STATE_CANCELLED : v1::COMMAND_STATE_FAILED, effects);
}

// --- Time -----------------------------------------------------------------------------------------------------------

void Relay::MoveLinesLocked(Effects& effects) {
  std::vector<PendingCommand*> left_behind;
  for (auto it = lines_.begin(); it != lines_.end();) {
    Instance* const instance = registry_.Find(*it);
    if (instance == nullptr || instance->to_send.empty()) {
      it = lines_.erase(it);
      continue;
    }
    ++it;
    if (instance->leaving) {
      for (const std::string& id : instance->to_send) {
        left_behind.push_back(commands_.FindPending(instance->account, id));
      }
    } else if (instance->sending.empty()) {
      SendNextApartLocked(*instance).IgnoreError();
      effects.flush.push_back(instance->stream);
    }
  }
  for (PendingCommand* command : left_behind) RerouteLocked(*command, /*was_sent=*/false, effects);
}

void Relay::BreakOffNeglectedLocked(Instance& instance, absl::Time now, Effects& effects) {
  if (instance.sending.empty() && instance.answering.empty()) return;
  // While chunks wait to be written, the agent is not the one to blame; the stream sees to that.
  if (instance.stream->queued().body_frames > 0) {
    instance.sending_moved = instance.answering_moved = now;
    return;
  }
  const std::string patience = absl::FormatDuration(options_.body_patience);
  if (!instance.sending.empty() && now - instance.sending_moved > options_.body_patience) {
    PendingCommand& command = *commands_.FindPending(instance.account, instance.sending);
    if (command.incomplete()) {
      HandleBrokenOffLocked(command,
                            absl::UnavailableError(absl::StrCat("the agent took nothing of the command for ", patience,
                                                                "; nothing was done; update the agent, or try again")),
                            effects);
    } else {
      RerouteLocked(command, /*was_sent=*/true, effects);
    }
  }
  if (!instance.answering.empty() && now - instance.answering_moved > options_.body_patience) {
    FailLocked(*commands_.FindPending(instance.account, instance.answering),
               absl::UnavailableError(absl::StrCat("the agent sent nothing of its answer for ", patience,
                                                   "; send the command again, with the same request id")),
               v1::COMMAND_STATE_UNKNOWN, effects);
  }
}

// --- Answers --------------------------------------------------------------------------------------------------------

absl::Status Relay::CheckAnswerLocked(const Instance& instance, const PendingCommand& command,
                                      const v1::CommandOutcome& header) const {
  if (command.streamed) return absl::InvalidArgumentError("the agent answers a transfer with another");
  if (!instance.answering.empty()) return absl::InvalidArgumentError("the agent sends two answers in parts at a time");
  if (header.has_result() || static_cast<int64_t>(header.ByteSizeLong()) > kMaxHeaderBytes) {
    return absl::InvalidArgumentError("the frame of an answer that comes apart holds too much");
  }
  RETURN_IF_ERROR(CheckMessageBody(MessageSide::kAgent, header.message_body(), options_.max_frame_bytes));
  if (instance.transfers.contains(header.message_body().transfer_id())) {
    return absl::InvalidArgumentError("the agent uses a transfer id that is in use");
  }
  return absl::OkStatus();
}

void Relay::BeginAnswerLocked(Instance& instance, PendingCommand& command, v1::CommandOutcome header,
                              Effects& effects) {
  const v1::MessageBody& announced = header.message_body();
  absl::Status status = CheckAnswerLocked(instance, command, header);
  if (!status.ok()) status = absl::InternalError(absl::StrCat(status.message(), "; update the agent"));
  if (status.ok()) status = answer_room_.Take(command.project(), announced.size_bytes());
  if (!status.ok()) {
    if (IsMessageTransferId(MessageSide::kAgent, announced.transfer_id())) {
      SendAbortLocked(instance, announced.transfer_id(), v1::CommandError(), effects);
    }
    // What was done is done.
    return FailLocked(command, status, v1::COMMAND_STATE_UNKNOWN, effects);
  }
  StopSendingLocked(command, instance, effects);
  command.apart.answer_id = announced.transfer_id();
  command.apart.answer_bytes = announced.size_bytes();
  instance.answering = command.request_id;
  instance.answering_moved = clock_.Now();
  instance.transfers.emplace(command.apart.answer_id, command.request_id);
  auto body = std::make_shared<IncomingMessage>(std::move(header), EncodingFor(instance), HooksFor(command));
  v1::RelayFrame frame;
  *frame.mutable_transfer() = body->FirstGrant();
  command.body = std::move(body);
  SendLocked(instance, std::move(frame), effects);
}

void Relay::EndAnswerLocked(PendingCommand& command, Instance* instance, Effects& effects) {
  if (command.apart.answer_id.empty()) return;
  answer_room_.Give(command.project(), command.apart.answer_bytes);
  if (instance != nullptr) {
    instance->transfers.erase(command.apart.answer_id);
    instance->answering.clear();
  }
  command.apart.answer_id.clear();
  effects.dropped.push_back(std::move(command.body));
}

void Relay::CompleteAnswer(absl::string_view account, const BodyStream& body, v1::CommandOutcome outcome) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    PendingCommand* command = FindByBodyLocked(account, outcome.request_id(), body);
    Instance* instance = command == nullptr ? nullptr : registry_.Find(command->session);
    if (instance == nullptr) return;
    EndAnswerLocked(*command, instance, effects);
    HandleOutcomeLocked(*instance, std::move(outcome), effects);
    ReplayLocked(effects);
  }
  Run(std::move(effects));
}

void Relay::EndMessagesLocked(PendingCommand& command, Effects& effects) {
  if (command.streamed) return;
  Instance* const instance = registry_.Find(command.session);
  if (instance != nullptr) {
    StopSendingLocked(command, *instance, effects);
    if (!command.apart.answer_id.empty()) {
      SendAbortLocked(*instance, command.apart.answer_id, v1::CommandError(), effects);
    }
  }
  EndAnswerLocked(command, instance, effects);
  if (command.apart.command != Passing::kWhole) command_room_.Give(command.project(), command.bytes);
  command.apart = PendingCommand::Apart();
  effects.dropped.push_back(std::move(command.body));
}

}  // namespace specrelay
