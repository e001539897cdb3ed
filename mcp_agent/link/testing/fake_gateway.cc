#include "mcp_agent/link/testing/fake_gateway.h"

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "grpcpp/impl/codegen/method_handler.h"
#include "grpcpp/impl/codegen/rpc_service_method.h"
#include "grpcpp/impl/codegen/service_type.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr char kMethod[] = "/specrelay.v1.AgentGateway/Connect";

std::string Join(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace

// Speaks bytes instead of messages, so that a test can send what is no message.
class FakeGateway::Service final : public grpc::Service {
 public:
  explicit Service(FakeGateway* gateway) {
    AddMethod(new grpc::internal::RpcServiceMethod(
        kMethod, grpc::internal::RpcMethod::BIDI_STREAMING,
        new grpc::internal::BidiStreamingHandler<Service, grpc::ByteBuffer, grpc::ByteBuffer>(
            [gateway](Service*, grpc::ServerContext* context, GatewayStream::Rpc* rpc) {
              return Serve(*gateway, *context, *rpc);
            },
            this)));
  }

 private:
  static grpc::Status Serve(FakeGateway& gateway, grpc::ServerContext& context, GatewayStream::Rpc& rpc) {
    auto owned = std::make_unique<GatewayStream>(context, rpc);
    GatewayStream& stream = *owned;
    {
      absl::MutexLock lock(&gateway.mu_);
      if (gateway.dead_) owned.reset();
      if (owned == nullptr) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "dead");
      gateway.waiting_.push_back(std::move(owned));
    }
    stream.finished_.WaitForNotification();
    grpc::Status status = stream.status_;
    stream.returned_.Notify();
    return status;
  }
};

FakeGateway::FakeGateway(int port, std::shared_ptr<grpc::ServerCredentials> credentials)
    : service_(std::make_unique<Service>(this)) {
  if (credentials == nullptr) credentials = grpc::InsecureServerCredentials();
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), std::move(credentials), &port_);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(-1);
  builder.RegisterService(service_.get());
  server_ = builder.BuildAndStart();
}

FakeGateway::~FakeGateway() {
  {
    absl::MutexLock lock(&mu_);
    dead_ = true;
    waiting_.clear();
  }
  if (server_ != nullptr) server_->Shutdown(std::chrono::system_clock::now());
}

std::unique_ptr<GatewayStream> FakeGateway::Accept() {
  absl::MutexLock lock(&mu_);
  if (!mu_.AwaitWithTimeout(absl::Condition(this, &FakeGateway::HasStream), kPatience)) return nullptr;
  std::unique_ptr<GatewayStream> stream = std::move(waiting_.front());
  waiting_.pop_front();
  return stream;
}

std::string GatewayStream::authorization() const {
  const auto found = context_.client_metadata().find("authorization");
  if (found == context_.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

absl::optional<v1::AgentFrame> GatewayStream::Read() {
  grpc::ByteBuffer buffer;
  v1::AgentFrame frame;
  if (!rpc_.Read(&buffer) || !frame.ParseFromString(Join(buffer))) return absl::nullopt;
  return frame;
}

absl::optional<v1::AgentFrame> GatewayStream::ReadAnswer() {
  while (true) {
    absl::optional<v1::AgentFrame> frame = Read();
    if (!frame.has_value() || !(frame->has_events() || frame->has_tree_state() || frame->has_pong())) return frame;
  }
}

bool GatewayStream::Send(const v1::RelayFrame& frame) { return SendBytes(frame.SerializeAsString()); }

bool GatewayStream::SendBytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return rpc_.Write(grpc::ByteBuffer(&slice, 1));
}

bool GatewayStream::Welcome() {
  v1::RelayFrame frame;
  frame.mutable_welcome()->mutable_heartbeat_interval()->set_seconds(30);
  frame.mutable_welcome()->set_max_frame_bytes(64 << 20);
  frame.mutable_welcome()->set_server_version("fake");
  return Send(frame);
}

void GatewayStream::Finish(const grpc::Status& status) {
  if (finished_.HasBeenNotified()) return;
  status_ = status;
  finished_.Notify();
  returned_.WaitForNotification();
}

}  // namespace specrelay
