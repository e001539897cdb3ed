// The gRPC service that agents connect to.
#ifndef SPECRELAY_RELAY_AGENT_GATEWAY_SERVICE_H_
#define SPECRELAY_RELAY_AGENT_GATEWAY_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "proto/support/clock.h"
#include "relay/agent_connection.h"
#include "relay/key_store.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {

// Thread-safe. What it is given must outlive it, and it the server that it is registered with.
class AgentGatewayService final : public v1::AgentGateway::WithRawCallbackMethod_Connect<v1::AgentGateway::Service> {
 public:
  AgentGatewayService(AgentConnectionOptions options, Relay& relay, const KeyStore& keys, LiveStreams& streams,
                      const Clock& clock)
      : options_(options), relay_(relay), keys_(keys), streams_(streams), clock_(clock) {}

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Connect(grpc::CallbackServerContext* context) override;

 private:
  const AgentConnectionOptions options_;
  Relay& relay_;
  const KeyStore& keys_;
  LiveStreams& streams_;
  const Clock& clock_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_AGENT_GATEWAY_SERVICE_H_
