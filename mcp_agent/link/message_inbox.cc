#include "mcp_agent/link/message_inbox.h"

#include <algorithm>
#include <utility>

#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

absl::Time DeadlineOf(const v1::CommandDelivery& header, absl::Time now) {
  const absl::Duration timeout = FromProto(header.timeout());
  return timeout > absl::ZeroDuration() ? now + timeout : absl::InfiniteFuture();
}

}  // namespace

IncomingCommand::IncomingCommand(v1::CommandDelivery header, ChunkEncoding encoding, absl::Time now)
    : header_(std::move(header)), deadline_(DeadlineOf(header_, now)), body_(header_.message_body(), encoding) {}

absl::Status IncomingCommand::Take(v1::Transfer step) {
  const absl::Status taken = body_.Take(std::move(step));
  if (!taken.ok()) return absl::DataLossError(taken.message());
  if (!whole() || header_.mutable_command()->ParseFromString(body_.bytes())) return absl::OkStatus();
  return absl::DataLossError("what came as a body is no command");
}

v1::CommandDelivery IncomingCommand::Release(absl::Time now) {
  absl::Duration left = deadline_ - now;
  const absl::Duration begin_within = FromProto(header_.message_body().begin_within());
  if (begin_within > absl::ZeroDuration()) left = std::min(left, begin_within);
  if (left != absl::InfiniteDuration()) {
    *header_.mutable_timeout() = ToProto(std::max(left, absl::Milliseconds(1)));
  }
  header_.clear_body();
  header_.clear_message_body();
  return std::move(header_);
}

absl::StatusOr<std::shared_ptr<IncomingCommand>> MessageInbox::Begin(v1::CommandDelivery header, ChunkEncoding encoding,
                                                                     absl::Time now) {
  if (header.has_command() || static_cast<int64_t>(header.ByteSizeLong()) > kMaxHeaderBytes) {
    return absl::InvalidArgumentError("the frame of a command that comes apart holds too much; nothing was done");
  }
  RETURN_IF_ERROR(CheckMessageBody(MessageSide::kRelay, header.message_body(), kMaxCommandBytes));
  if (commands_.contains(header.message_body().transfer_id())) {
    return absl::InvalidArgumentError("a transfer id came twice; nothing was done");
  }
  if (commands_.size() >= kMaxCommands || bytes_ + header.message_body().size_bytes() > kMaxBytes) {
    return absl::ResourceExhaustedError("too many large commands come at once; nothing was done; try again shortly");
  }
  auto command = std::make_shared<IncomingCommand>(std::move(header), encoding, now);
  bytes_ += command->size_bytes();
  commands_.emplace(command->transfer_id(), command);
  return command;
}

std::shared_ptr<IncomingCommand> MessageInbox::Find(absl::string_view transfer_id) const {
  const auto found = commands_.find(transfer_id);
  return found == commands_.end() ? nullptr : found->second;
}

std::shared_ptr<const IncomingCommand> MessageInbox::Drop(absl::string_view transfer_id) {
  const auto found = commands_.find(transfer_id);
  if (found == commands_.end()) return nullptr;
  std::shared_ptr<const IncomingCommand> dropped = std::move(found->second);
  bytes_ -= dropped->size_bytes();
  commands_.erase(found);
  return dropped;
}

template <typename Chosen>
MessageInbox::Dropped MessageInbox::DropThose(const Chosen& chosen) {
  Dropped dropped;
  for (const auto& [transfer_id, command] : commands_) {
    if (chosen(*command)) dropped.push_back(command);
  }
  for (const auto& command : dropped) Drop(command->transfer_id());
  return dropped;
}

MessageInbox::Dropped MessageInbox::DropOverdue(absl::Time now) {
  return DropThose([now](const IncomingCommand& command) { return now >= command.deadline(); });
}

MessageInbox::Dropped MessageInbox::DropCommand(absl::string_view request_id) {
  return DropThose([request_id](const IncomingCommand& command) { return command.request_id() == request_id; });
}

MessageInbox::Dropped MessageInbox::DropAll() {
  return DropThose([](const IncomingCommand&) { return true; });
}

}  // namespace specrelay
