#include "mcp_agent/callback_threads.h"

#include <memory>

#include "grpcpp/grpcpp.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {
namespace {

// One call that fails at once, on a channel that leads nowhere: a channel takes its share of the threads with its first
// call, and this one is never destroyed.
class NowhereCall final : public grpc::ClientBidiReactor<v1::AgentFrame, v1::RelayFrame> {
 public:
  NowhereCall() : stub_(v1::AgentGateway::NewStub(grpc::CreateChannel("", /*creds=*/nullptr))) {
    stub_->async()->Connect(&context_, this);
    StartCall();
  }

 private:
  const std::unique_ptr<v1::AgentGateway::Stub> stub_;
  grpc::ClientContext context_;
};

}  // namespace

void KeepCallbackThreads() {
  static const NowhereCall& call = *new NowhereCall;
  static_cast<void>(call);
}

}  // namespace specrelay
