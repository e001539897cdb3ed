// Commands as a gateway sends them: to the relay, and what becomes of them as a status or a result.
#ifndef SPECRELAY_DASHBOARD_API_RELAY_CLIENT_H_
#define SPECRELAY_DASHBOARD_API_RELAY_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "relay/relay.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Thread-safe. Whatever waits must not be used on a thread that runs the relay's callbacks.
class RelayClient {
 public:
  // The relay ends each wait by its own clock; only when it does not (it is no longer ticked) is a wait given up after
  // the timeout and this.
  static constexpr absl::Duration kGrace = absl::Seconds(5);

  // `relay` must outlive the client.
  explicit RelayClient(Relay& relay) : relay_(relay) {}

  // Waits until the command has ended. Fails as Relay::Execute does, or with the command's own failure, whose payload
  // is a CommandError. Succeeds with the state APPLIED and a result, or with QUEUED when the relay keeps the command
  // for later. DEADLINE_EXCEEDED when it is under way still.
  absl::StatusOr<v1::CommandStatus> Execute(const Caller& caller, v1::ExecuteRequest request) const;

  // Without waiting: `done` gets how the command has ended, for OutcomeOf(). Fails as Relay::Execute does.
  absl::StatusOr<CommandTicket> Begin(const Caller& caller, v1::ExecuteRequest request, CommandCallback done) const;

  // What Execute() makes of that, or of no status at all, when nobody waits any longer.
  static absl::StatusOr<v1::CommandStatus> OutcomeOf(absl::optional<v1::CommandStatus> status);

  // How far a command has come; NOT_FOUND when the relay does not know it (any longer). Failures of the command are in
  // the status.
  absl::StatusOr<v1::CommandStatus> Status(const Caller& caller, absl::string_view request_id) const;

  Relay& relay() const { return relay_; }

 private:
  Relay& relay_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_RELAY_CLIENT_H_
