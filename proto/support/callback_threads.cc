#include "proto/support/callback_threads.h"

#include <chrono>
#include <memory>

#include "grpcpp/alarm.h"
#include "grpcpp/grpcpp.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {
namespace {

// Less than the second after which a thread goes to sleep, so that the one that was woken last is always there.
constexpr std::chrono::milliseconds kPeriod(700);

// A call that fails at once. Deletes itself.
class EmptyCall final : public grpc::ClientBidiReactor<v1::AgentFrame, v1::RelayFrame> {
 public:
  static void Make(v1::AgentGateway::Stub& stub) {
    auto* call = new EmptyCall;
    stub.async()->Connect(&call->context_, call);
    call->StartCall();
  }

  void OnDone(const grpc::Status& status) override { delete this; }

 private:
  grpc::ClientContext context_;
};

// Never destroyed. A channel takes its share of the threads with its first call and gives it back with its end.
class Keeper {
 public:
  Keeper() : stub_(v1::AgentGateway::NewStub(grpc::CreateChannel("", /*creds=*/nullptr))) { Tick(); }

 private:
  void Tick() {
    EmptyCall::Make(*stub_);
    // An alarm cannot be set anew while its function runs.
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(std::chrono::system_clock::now() + kPeriod, [this](bool) { Tick(); });
  }

  const std::unique_ptr<v1::AgentGateway::Stub> stub_;  // to a channel that leads nowhere
  std::unique_ptr<grpc::Alarm> alarm_;                  // owned by the tick that runs
};

}  // namespace

void KeepCallbackThreads() {
  static const Keeper& keeper = *new Keeper;
  static_cast<void>(keeper);
}

}  // namespace specrelay
