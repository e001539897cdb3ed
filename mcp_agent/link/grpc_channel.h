// The connection to the relay, as every part of the agent makes it.
#ifndef SPECRELAY_MCP_AGENT_LINK_GRPC_CHANNEL_H_
#define SPECRELAY_MCP_AGENT_LINK_GRPC_CHANNEL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/channel.h"
#include "proto/support/relay_address.h"

namespace specrelay {

struct GrpcConnectorOptions {
  RelayAddress relay;
  bool tls = false;
  std::string tls_ca;  // PEM file of the authorities to trust; the system's when empty
  int max_receive_bytes = 80 << 20;
};

// A channel of its own, with a connection of its own. NOT_FOUND when the authorities cannot be read. Thread-safe.
absl::StatusOr<std::shared_ptr<grpc::Channel>> NewRelayChannel(const GrpcConnectorOptions& options);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_GRPC_CHANNEL_H_
