// RelayLink's bodies: what of a command or its answer passes beside the frame that speaks of it.
#include <utility>

#include "absl/status/status.h"
#include "mcp_agent/link/command_outcomes.h"
#include "mcp_agent/link/relay_link.h"
#include "proto/support/body_transfer.h"
#include "proto/support/message_body.h"

namespace specrelay {
namespace {

v1::Transfer TakenStep(const std::string& transfer_id) {
  v1::Transfer step;
  step.set_request_id(transfer_id);
  step.mutable_taken();
  return step;
}

}  // namespace

void RelayLink::HandleTransferLocked(v1::Transfer step, Effects& effects) {
  const std::string& id = step.request_id();
  if (step.has_abort()) {
    effects.dropped.push_back(messages_.Drop(id));
    effects.dropped.push_back(outbound_.messages().Drop(id));
    effects.wake = stream_;
  }
  if (step.has_grant()) {
    if (!outbound_.messages().OnGrant(id, step.grant()).ok()) {
      return CancelStreamLocked("the relay grants more of an answer than is allowed", effects);
    }
    effects.wake = stream_;
  }
  if (std::shared_ptr<IncomingCommand> command = messages_.Find(id); command != nullptr) {
    if (step.has_chunk() || step.has_end()) effects.message_steps.emplace_back(std::move(command), std::move(step));
    return;
  }
  // One of no command under way comes late, or from a relay that means harm: neither matters.
  std::shared_ptr<BodyLine> body = commands_.FindBody(id);
  if (body != nullptr) effects.steps.emplace_back(std::move(body), std::move(step));
}

void RelayLink::BeginMessageLocked(v1::CommandDelivery header, Effects& effects) {
  const std::string id = header.message_body().transfer_id();
  if (!IsMessageTransferId(MessageSide::kRelay, id)) {
    return CancelStreamLocked("the relay announces a body with a wrong transfer id", effects);
  }
  const auto command = messages_.Begin(std::move(header), encoding_, dependencies_.timers->Now());
  SendStepLocked(command.ok() ? *(*command)->NextGrant() : AbortOf(id, command.status()), effects);
}

void RelayLink::TakeMessageStep(const std::shared_ptr<IncomingCommand>& command, v1::Transfer step) {
  const absl::Status taken = command->Take(std::move(step));
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    // It was taken back meanwhile, or its stream has ended.
    if (messages_.Find(command->transfer_id()) != command) return;
    if (taken.ok() && !command->whole()) {
      if (absl::optional<v1::Transfer> grant = command->NextGrant()) SendStepLocked(*std::move(grant), effects);
    } else {
      messages_.Drop(command->transfer_id());
      if (taken.ok()) {
        SendStepLocked(TakenStep(command->transfer_id()), effects);
        HandleCommandLocked(command->Release(dependencies_.timers->Now()), effects);
      } else {
        SendStepLocked(AbortOf(command->transfer_id(), taken), effects);
      }
    }
  }
  Run(effects);
}

void RelayLink::SendStepLocked(v1::Transfer step, Effects& effects) {
  if (!outbound_.AddTransfer(std::move(step))) {
    return CancelStreamLocked("the relay grants bodies and does not take them", effects);
  }
  effects.wake = stream_;
}

DeliveryToken RelayLink::AddCommandLocked(v1::CommandDelivery delivery) {
  std::shared_ptr<BodyLine> body;
  if (delivery.body() != v1::BODY_KIND_UNSPECIFIED) {
    const DeliveryToken token = commands_.NextToken();
    body = std::make_shared<BodyLine>([weak = weak_from_this(), token](v1::Transfer step) {
      if (const std::shared_ptr<RelayLink> self = weak.lock()) self->SendStep(token, std::move(step));
    });
  }
  return commands_.Add(std::move(delivery), dependencies_.timers->Now(), std::move(body));
}

void RelayLink::SendStep(DeliveryToken token, v1::Transfer step) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (!commands_.Contains(token)) return;
    SendStepLocked(std::move(step), effects);
  }
  Run(effects);
}

absl::optional<ApartOutcome> RelayLink::SetApartIfLarge(DeliveryToken token, bool is_write,
                                                        v1::CommandOutcome& outcome) {
  const auto bytes = static_cast<int64_t>(outcome.ByteSizeLong());
  if (bytes <= options_.max_whole_bytes || !outcome.has_result() || outcome.result().ByteSizeLong() == 0) {
    return absl::nullopt;
  }
  ChunkEncoding encoding;
  std::string transfer_id;
  {
    absl::MutexLock lock(&mu_);
    // What the relay would not take whole it does not take in parts either. An outcome follows its own file.
    if (!takes_messages_ || bytes > outbound_.max_frame_bytes() || commands_.BodyOf(token) != nullptr) {
      return absl::nullopt;
    }
    if (!outbound_.messages().HasRoom(bytes)) {
      outcome = WithoutResult(std::move(outcome), is_write);
      return absl::nullopt;
    }
    encoding = encoding_;
    transfer_id = MessageTransferId(MessageSide::kAgent, ++last_transfer_);
  }
  return SetApart(std::move(outcome), transfer_id, encoding);
}

}  // namespace specrelay
