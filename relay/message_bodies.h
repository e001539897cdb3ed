// Commands and answers that pass apart from their frames because they are large.
#ifndef SPECRELAY_RELAY_MESSAGE_BODIES_H_
#define SPECRELAY_RELAY_MESSAGE_BODIES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/support/body_transfer.h"
#include "proto/support/message_body.h"
#include "relay/body_stream.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// What such a body asks of the relay; called without a lock.
struct MessageBodyHooks {
  // Sends a step to the command's agent; nothing when the body is not wanted any longer.
  std::function<absl::Status(const BodyStream&, v1::Transfer)> send;
  // The body cannot pass.
  std::function<void(const BodyStream&, const absl::Status&)> fail;
  // The outcome is whole.
  std::function<void(const BodyStream&, v1::CommandOutcome)> complete;
};

// A command on its way to an agent. Its steps come from one stream of an agent, hence one after another.
class OutgoingMessage final : public BodyStream {
 public:
  OutgoingMessage(std::shared_ptr<const v1::CommandDelivery> delivery, absl::string_view transfer_id,
                  ChunkEncoding encoding, MessageBodyHooks hooks)
      : delivery_(std::move(delivery)), hooks_(std::move(hooks)), sender_(transfer_id, encoding) {}

  void OnStep(v1::Transfer step) override;

 private:
  absl::Status OnGrant(const v1::TransferGrant& grant);

  const std::shared_ptr<const v1::CommandDelivery> delivery_;
  const MessageBodyHooks hooks_;
  TransferSender sender_;
  std::string bytes_;  // of the command, from the first grant until all has been sent
  bool ended_ = false;
};

// The result of an outcome on its way from an agent; steps as above.
class IncomingMessage final : public BodyStream {
 public:
  // `header` is the outcome without its result.
  IncomingMessage(v1::CommandOutcome header, ChunkEncoding encoding, MessageBodyHooks hooks)
      : hooks_(std::move(hooks)), body_(header.message_body(), encoding), outcome_(std::move(header)) {}

  // The step to begin with; before the first step comes.
  v1::Transfer FirstGrant() { return *body_.NextGrant(); }

  void OnStep(v1::Transfer step) override;

 private:
  absl::Status TakeStep(v1::Transfer step);

  const MessageBodyHooks hooks_;
  IncomingBody body_;
  v1::CommandOutcome outcome_;
  bool ended_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_MESSAGE_BODIES_H_
