// A command or answer that comes apart from the frame that announces it, on its way together.
#ifndef SPECRELAY_PROTO_SUPPORT_MESSAGE_BODY_H_
#define SPECRELAY_PROTO_SUPPORT_MESSAGE_BODY_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "proto/support/body_transfer.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Who sends a body. Each makes transfer ids that the other cannot make.
enum class MessageSide { kRelay, kAgent };

// The transfer id of the `number`-th sending of a side.
std::string MessageTransferId(MessageSide side, uint64_t number);

// Whether that side may have made the id. One that it cannot have made is not to be sent back.
bool IsMessageTransferId(MessageSide side, absl::string_view id);

// INVALID_ARGUMENT when what that side announces cannot be a body: a wrong transfer id, no size, or a size beyond
// `max_bytes`.
absl::Status CheckMessageBody(MessageSide side, const v1::MessageBody& body, int64_t max_bytes);

// The receiving end. Pure, not thread-safe: its owner steps it without a lock, since it unpacks and hashes. It takes as
// much memory as was announced.
class IncomingBody {
 public:
  IncomingBody(const v1::MessageBody& announced, ChunkEncoding encoding)
      : announced_(announced), receiver_(announced.transfer_id(), announced.size_bytes(), encoding) {}

  const std::string& transfer_id() const { return announced_.transfer_id(); }
  int64_t size_bytes() const { return announced_.size_bytes(); }

  // The grant to send now, when there is a new one: at the beginning, and after each step.
  absl::optional<v1::Transfer> NextGrant() { return receiver_.NextGrant(); }

  // A chunk or the end. Errors are those of TransferReceiver, and DATA_LOSS when the size is not the announced one.
  absl::Status Take(v1::Transfer step);

  // Whether all has come; then, its bytes.
  bool complete() const { return receiver_.complete(); }
  const std::string& bytes() const { return bytes_; }

 private:
  const v1::MessageBody announced_;
  TransferReceiver receiver_;
  std::string bytes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_MESSAGE_BODY_H_
