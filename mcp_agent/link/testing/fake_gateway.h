// The relay's end of agent streams, played by a test.
#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_GATEWAY_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_GATEWAY_H_

#include <deque>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/types/optional.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/sync_stream.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// One stream. Used by one thread of the test; blocks as long as the agent makes it wait.
class GatewayStream {
 public:
  using Rpc = grpc::ServerReaderWriter<grpc::ByteBuffer, grpc::ByteBuffer>;

  GatewayStream(grpc::ServerContext& context, Rpc& rpc) : context_(context), rpc_(rpc) {}
  ~GatewayStream() { Finish(grpc::Status::OK); }

  // Value of the header `authorization`.
  std::string authorization() const;

  // Next frame of the agent; nothing at the end.
  absl::optional<v1::AgentFrame> Read();
  // Next frame that is no event, no state and no pong.
  absl::optional<v1::AgentFrame> ReadAnswer();

  // False when the stream has ended.
  bool Send(const v1::RelayFrame& frame);
  bool SendBytes(const std::string& bytes);

  // Sends a usual Welcome.
  bool Welcome();

  // Ends the stream. Idempotent.
  void Finish(const grpc::Status& status);

 private:
  friend class FakeGateway;

  grpc::ServerContext& context_;
  Rpc& rpc_;
  grpc::Status status_;
  absl::Notification finished_;  // the test is done with it
  absl::Notification returned_;  // so is the server
};

// A server on a free port of the loopback interface. Thread-safe.
class FakeGateway {
 public:
  // `port` 0 picks a free one.
  explicit FakeGateway(int port = 0, std::shared_ptr<grpc::ServerCredentials> credentials = nullptr);
  // Breaks off all streams, as a relay does that dies.
  ~FakeGateway();

  int port() const { return port_; }

  // Waits for the next stream; nullptr when none comes for a long time.
  std::unique_ptr<GatewayStream> Accept();

 private:
  class Service;

  bool HasStream() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !waiting_.empty(); }

  std::unique_ptr<Service> service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;

  absl::Mutex mu_;
  std::deque<std::unique_ptr<GatewayStream>> waiting_ ABSL_GUARDED_BY(mu_);
  bool dead_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_GATEWAY_H_
