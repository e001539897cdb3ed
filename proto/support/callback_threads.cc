#include "proto/support/callback_threads.h"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "grpc/support/cpu.h"
#include "grpcpp/alarm.h"
#include "grpcpp/grpcpp.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {
namespace {

// Less than the second after which a thread goes to sleep, so that the one that was woken last is always there.
constexpr std::chrono::milliseconds kPeriod(700);
// gRPC starts a thread for two processors, and two at least.
constexpr unsigned kMostProcessorsOfTwoThreads = 5;
// For a callback to run, however loaded the machine.
constexpr absl::Duration kPatience = absl::Seconds(5);

// A call that fails at once. Deletes itself.
class EmptyCall final : public grpc::ClientBidiReactor<v1::AgentFrame, v1::RelayFrame> {
 public:
  // `then` runs on a callback thread. In OnDone it would not: when the call ends before StartCall has returned, gRPC
  // runs that on a thread for work of its own, which must never be parked.
  static void Make(v1::AgentGateway::Stub& stub, std::function<void()> then) {
    auto* call = new EmptyCall(std::move(then));
    stub.async()->Connect(&call->context_, call);
    call->StartRead(&call->frame_);
    call->StartCall();
  }

  void OnReadDone(bool /*ok*/) override { then_(); }
  void OnDone(const grpc::Status& /*status*/) override { delete this; }

 private:
  explicit EmptyCall(std::function<void()> then) : then_(std::move(then)) {}

  const std::function<void()> then_;
  grpc::ClientContext context_;
  v1::RelayFrame frame_;
};

// Never destroyed. A channel takes its share of the threads with its first call and gives it back with its end.
class Keeper {
 public:
  Keeper() : stub_(v1::AgentGateway::NewStub(grpc::CreateChannel("", /*creds=*/nullptr))) {
    Tick();
    if (gpr_cpu_num_cores() <= kMostProcessorsOfTwoThreads) ParkOne();
  }

 private:
  void Tick() {
    EmptyCall::Make(*stub_, [] {});
    // An alarm cannot be set anew while its function runs.
    alarm_ = std::make_unique<grpc::Alarm>();
    alarm_->Set(std::chrono::system_clock::now() + kPeriod, [this](bool) { Tick(); });
  }

  void ParkOne() {
    EmptyCall::Make(*stub_, [this] {
      one_parks_.Notify();
      parking_ends_.WaitForNotification();
    });
    if (!one_parks_.WaitForNotificationWithTimeout(kPatience)) return parking_ends_.Notify();
    const auto other_runs = std::make_shared<absl::Notification>();
    EmptyCall::Make(*stub_, [other_runs] { other_runs->Notify(); });
    if (!other_runs->WaitForNotificationWithTimeout(kPatience)) parking_ends_.Notify();
  }

  const std::unique_ptr<v1::AgentGateway::Stub> stub_;  // to a channel that leads nowhere
  std::unique_ptr<grpc::Alarm> alarm_;                  // owned by the tick that runs
  absl::Notification one_parks_;
  absl::Notification parking_ends_;
};

}  // namespace

void KeepCallbackThreads() {
  static const Keeper& keeper = *new Keeper;
  static_cast<void>(keeper);
}

}  // namespace specrelay
