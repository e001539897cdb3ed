// Timers on gRPC's own threads.
#ifndef SPECRELAY_MCP_AGENT_LINK_GRPC_TIMERS_H_
#define SPECRELAY_MCP_AGENT_LINK_GRPC_TIMERS_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "mcp_agent/link/timers.h"

namespace specrelay {

// Costs no thread beyond those that the streams have anyway. Thread-safe, stateless.
class GrpcTimers final : public Timers {
 public:
  absl::Time Now() const override;
  std::unique_ptr<Timer> Schedule(absl::Duration delay, std::function<void()> callback) override;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_GRPC_TIMERS_H_
