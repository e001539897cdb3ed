// Streams to the relay over gRPC.
#ifndef SPECRELAY_MCP_AGENT_LINK_GRPC_RELAY_STREAM_H_
#define SPECRELAY_MCP_AGENT_LINK_GRPC_RELAY_STREAM_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/channel.h"
#include "mcp_agent/link/grpc_channel.h"
#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/link/timers.h"

namespace specrelay {

// One attempt on `channel`, which others may share. Thread-safe. `timers` must outlive the stream.
std::shared_ptr<RelayStream> NewGrpcRelayStream(std::shared_ptr<grpc::Channel> channel, absl::string_view api_key,
                                                std::shared_ptr<RelayStreamHandler> handler, Timers& timers);

// Gives each attempt a channel and a connection of its own, so that neither an earlier failure nor another project's
// stream delays it. Thread-safe. `timers` must outlive the connector and its streams.
class GrpcConnector final : public RelayConnector {
 public:
  GrpcConnector(GrpcConnectorOptions options, Timers& timers) : options_(std::move(options)), timers_(timers) {}

  absl::StatusOr<std::shared_ptr<RelayStream>> NewStream(absl::string_view api_key,
                                                         std::shared_ptr<RelayStreamHandler> handler) override;

 private:
  const GrpcConnectorOptions options_;
  Timers& timers_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_GRPC_RELAY_STREAM_H_
