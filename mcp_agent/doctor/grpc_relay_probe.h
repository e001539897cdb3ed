// Asks a real relay.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_GRPC_RELAY_PROBE_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_GRPC_RELAY_PROBE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "mcp_agent/doctor/relay_probe.h"
#include "mcp_agent/link/grpc_channel.h"

namespace specrelay {

// Not thread-safe.
class GrpcRelayProbe final : public RelayProbe {
 public:
  // Each call takes `timeout` at most.
  GrpcRelayProbe(GrpcConnectorOptions options, absl::Duration timeout)
      : options_(std::move(options)), timeout_(timeout) {}

  absl::Status Reach() override;
  absl::Status Connect() override;
  // After a Connect() that worked.
  RelayGreeting Greet(const std::string& key) override;

 private:
  const GrpcConnectorOptions options_;
  const absl::Duration timeout_;
  std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_GRPC_RELAY_PROBE_H_
