// A unary call that waits for a command: Execute or WaitCommand.
#ifndef SPECRELAY_RELAY_COMMAND_CALL_H_
#define SPECRELAY_RELAY_COMMAND_CALL_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "grpcpp/grpcpp.h"
#include "relay/command_table.h"
#include "relay/relay.h"

namespace specrelay {

// Thread-safe. The call owns itself until it is done. Three things may end it, in any order and at the same time: the
// command's outcome, the client's cancellation, and a refusal; the first one finishes the call, the others do nothing.
class CommandCall final : public grpc::ServerUnaryReactor, public std::enable_shared_from_this<CommandCall> {
 public:
  // Asks the relay; the callback is to be called at most once, and not at all after a failure.
  using Begin = std::function<absl::StatusOr<CommandTicket>(CommandCallback)>;
  // The response to a command that has ended, or the call's failure.
  using Respond = absl::StatusOr<grpc::ByteBuffer> (*)(v1::CommandStatus status);

  // Begins a call. `response` lives as long as the call; `relay` must outlive it.
  static grpc::ServerUnaryReactor* Start(const Begin& begin, Respond respond, size_t max_details_bytes,
                                         grpc::ByteBuffer* response, Relay& relay);

  void OnCancel() override;
  void OnDone() override;

 private:
  CommandCall(Respond respond, size_t max_details_bytes, grpc::ByteBuffer* response, Relay& relay)
      : respond_(respond), max_details_bytes_(max_details_bytes), response_(response), relay_(relay) {}

  void OnOutcome(v1::CommandStatus status);
  void Fail(const absl::Status& status);

  // True for the one caller that may finish the call.
  bool ClaimFinish() { return !finishing_.exchange(true); }

  // Constant after construction.
  const Respond respond_;
  const size_t max_details_bytes_;
  grpc::ByteBuffer* const response_;  // touched by who has claimed the finish
  Relay& relay_;

  absl::optional<CommandTicket> ticket_;  // set before gRPC knows the reactor, so OnCancel sees it
  std::shared_ptr<CommandCall> self_;     // until the call is done
  std::atomic<bool> finishing_{false};
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_COMMAND_CALL_H_
