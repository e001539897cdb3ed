// An agent made of the generated stub and a thread, for tests of a server.
#ifndef SPECRELAY_RELAY_TESTING_FAKE_AGENT_H_
#define SPECRELAY_RELAY_TESTING_FAKE_AGENT_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "grpcpp/grpcpp.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {

// Whether an agent reads what the relay sends.
enum class Reading { kYes, kNo };

// Thread-safe. Destruction cancels the stream.
class FakeAgent {
 public:
  // Called for each command, on the agent's thread. What it returns is sent; nothing when it returns nothing.
  using Handler = std::function<absl::optional<v1::CommandOutcome>(const v1::CommandDelivery&)>;

  FakeAgent(const std::shared_ptr<grpc::Channel>& channel, absl::string_view key, Handler handler,
            Reading reading = Reading::kYes);
  ~FakeAgent();

  // False when the stream has ended.
  bool Send(const v1::AgentFrame& frame);
  void SendRegister(const v1::Register& registration);

  // The first frame so far or to come for which `wanted` holds. Fails the test and returns an empty frame when the
  // stream ends or a generous time passes before.
  v1::RelayFrame WaitFor(const std::function<bool(const v1::RelayFrame&)>& wanted);

  // Closes the agent's side.
  void CloseWrites();
  // Goes without a word, as when the process is killed.
  void Vanish();
  // Waits for the end of the stream.
  grpc::Status WaitForEnd();

  // Commands that have arrived.
  std::vector<v1::CommandDelivery> commands() const;

 private:
  void ReadAll();
  void Receive(const v1::RelayFrame& frame);

  const Handler handler_;
  const std::unique_ptr<v1::AgentGateway::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::AgentFrame, v1::RelayFrame>> stream_;
  absl::Mutex write_mu_;
  mutable absl::Mutex mu_;
  std::vector<v1::RelayFrame> frames_ ABSL_GUARDED_BY(mu_);
  absl::optional<grpc::Status> end_ ABSL_GUARDED_BY(mu_);
  std::thread reader_;
};

// APPLIED, with the empty answer to the command.
v1::CommandOutcome Applied(const v1::CommandDelivery& delivery);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_FAKE_AGENT_H_
