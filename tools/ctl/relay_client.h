// The connection of specrelay_ctl to a relay: channel, credentials and what every call carries.
#ifndef SPECRELAY_TOOLS_CTL_RELAY_CLIENT_H_
#define SPECRELAY_TOOLS_CTL_RELAY_CLIENT_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "proto/support/relay_address.h"
#include "specrelay/v1/relay.grpc.pb.h"
#include "tools/ctl/options.h"

namespace specrelay {

// The key from --api_key_file, else from SPECRELAY_API_KEY. UNAUTHENTICATED when there is none or it has not the form
// of a key; a usage error when the file cannot be read.
absl::StatusOr<std::string> LoadApiKey(const CtlOptions& options);

// Not thread-safe. Calls block.
class RelayClient {
 public:
  // Prepares a client without any traffic. The errors of LoadApiKey(); a usage error for a bad address, for
  // certificates that cannot be read, and when the key would travel in plain text to another machine without
  // --insecure.
  static absl::StatusOr<std::unique_ptr<RelayClient>> Create(const CtlOptions& options);

  // Waits until the connection stands, so that a later UNAVAILABLE means that a call may have arrived. UNAVAILABLE with
  // the reason when it does not.
  absl::Status Connect();

  // A context for one call, with the key and, unless it is infinite, a deadline.
  std::unique_ptr<grpc::ClientContext> NewContext(absl::Duration timeout = absl::InfiniteDuration()) const;

  v1::Relay::Stub& stub() { return *stub_; }
  const RelayAddress& address() const { return address_; }

 private:
  RelayClient(RelayAddress address, std::string api_key, std::shared_ptr<grpc::Channel> channel);

  const RelayAddress address_;
  const std::string api_key_;
  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Relay::Stub> stub_;
};

// Create() and Connect().
absl::StatusOr<std::unique_ptr<RelayClient>> ConnectToRelay(const CtlOptions& options);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_RELAY_CLIENT_H_
