#include "relay/command_call.h"

#include <utility>

#include "proto/support/command_error.h"

namespace specrelay {

grpc::ServerUnaryReactor* CommandCall::Start(const Begin& begin, Respond respond, size_t max_details_bytes,
                                             grpc::ByteBuffer* response, Relay& relay) {
  const std::shared_ptr<CommandCall> call(new CommandCall(respond, max_details_bytes, response, relay));
  call->self_ = call;
  absl::StatusOr<CommandTicket> ticket =
      begin([call](v1::CommandStatus status) { call->OnOutcome(std::move(status)); });
  if (ticket.ok()) {
    call->ticket_ = *std::move(ticket);
  } else {
    call->Fail(ticket.status());
  }
  // gRPC reports a cancellation and the end of the call only once it has the reactor, so the call still owns itself.
  return call.get();
}

void CommandCall::OnCancel() {
  if (ticket_.has_value()) relay_.Abandon(*ticket_);
  Fail(absl::CancelledError("the client no longer waits"));
}

void CommandCall::OnDone() {
  const std::shared_ptr<CommandCall> self = std::move(self_);  // its end may delete this
}

void CommandCall::OnOutcome(v1::CommandStatus status) {
  if (!ClaimFinish()) return;
  absl::StatusOr<grpc::ByteBuffer> response = respond_(std::move(status));
  if (!response.ok()) {
    Finish(ToGrpcStatus(response.status(), max_details_bytes_));
    return;
  }
  *response_ = *std::move(response);
  relay_.observer().OnClientBytes(0, static_cast<int64_t>(response_->Length()));
  Finish(grpc::Status::OK);
}

void CommandCall::Fail(const absl::Status& status) {
  if (ClaimFinish()) Finish(ToGrpcStatus(status, max_details_bytes_));
}

}  // namespace specrelay
