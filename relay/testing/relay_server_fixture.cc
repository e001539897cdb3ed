#include "relay/testing/relay_server_fixture.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr std::chrono::seconds kPatience(60);

template <typename Response>
absl::StatusOr<Response> Result(const grpc::Status& status, const Response& response) {
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace

RelayServerTest::RelayServerTest() {
  relay_options_.epoch = "epoch1";
  server_options_.address = "127.0.0.1:0";
  server_options_.tick_interval = absl::Milliseconds(10);
  server_options_.stream_check_interval = absl::Milliseconds(10);
  server_options_.key_check_interval = absl::Milliseconds(20);
  user_key_ = MakeKey(Role::kUser).key;
  agent_key_ = MakeKey(Role::kAgent).key;
}

RelayServerTest::~RelayServerTest() {
  channel_.reset();
  server_.reset();
}

void RelayServerTest::StartServer() {
  ASSERT_OK_AND_ASSIGN(keys_, KeyStore::Open(keys_file_.path(), clock_));
  relay_ = std::make_unique<Relay>(relay_options_, clock_);
  ASSERT_OK_AND_ASSIGN(server_, RelayServer::Start(server_options_, *relay_, *keys_, clock_));
  channel_ = Connect();
}

CreatedKey RelayServerTest::MakeKey(Role role, absl::string_view account, std::vector<std::string> scopes) {
  KeySpec spec;
  spec.name = "test key";
  spec.role = role;
  spec.account = std::string(account);
  spec.project_scopes = std::move(scopes);
  absl::StatusOr<CreatedKey> created = CreateKey(keys_file_.path(), spec, clock_);
  EXPECT_THAT(created, IsOk());
  return created.ok() ? *std::move(created) : CreatedKey();
}

std::shared_ptr<grpc::Channel> RelayServerTest::Connect(grpc::ChannelArguments arguments) const {
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // A window that does not grow, so that a stream that is not read is full after 64 KiB.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  return grpc::CreateCustomChannel(server_->address().ToString(), grpc::InsecureChannelCredentials(), arguments);
}

std::unique_ptr<grpc::ClientContext> RelayServerTest::Context(absl::string_view key) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + kPatience);
  if (!key.empty()) context->AddMetadata("authorization", absl::StrCat("Bearer ", key));
  return context;
}

absl::StatusOr<v1::ExecuteResponse> RelayServerTest::Execute(const v1::ExecuteRequest& request,
                                                             absl::string_view key) const {
  v1::ExecuteResponse response;
  return Result(v1::Relay::NewStub(channel_)->Execute(Context(key).get(), request, &response), response);
}

absl::StatusOr<v1::SubmitResponse> RelayServerTest::Submit(const v1::ExecuteRequest& request) const {
  v1::SubmitRequest submit;
  submit.set_project_id(request.project_id());
  submit.set_request_id(request.request_id());
  submit.set_offline_policy(request.offline_policy());
  *submit.mutable_command() = request.command();
  v1::SubmitResponse response;
  return Result(v1::Relay::NewStub(channel_)->Submit(Context(user_key_).get(), submit, &response), response);
}

absl::StatusOr<v1::CommandStatus> RelayServerTest::WaitCommand(absl::string_view request_id,
                                                               absl::string_view key) const {
  v1::WaitCommandRequest request;
  request.set_request_id(std::string(request_id));
  v1::CommandStatus response;
  return Result(v1::Relay::NewStub(channel_)->WaitCommand(Context(key).get(), request, &response), response);
}

absl::StatusOr<v1::ListProjectsResponse> RelayServerTest::ListProjects(absl::string_view key) const {
  v1::ListProjectsResponse response;
  return Result(v1::Relay::NewStub(channel_)->ListProjects(Context(key).get(), {}, &response), response);
}

std::unique_ptr<FakeAgent> RelayServerTest::StartAgent(absl::string_view project_id, absl::string_view instance_uid,
                                                       FakeAgent::Handler handler) {
  auto agent = std::make_unique<FakeAgent>(Connect(), agent_key_, std::move(handler));
  agent->SendRegister(RegistrationOf(project_id, instance_uid));
  agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_welcome(); });
  return agent;
}

bool RelayServerTest::Eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

v1::ExecuteRequest FileWriteRequest(absl::string_view project_id, absl::string_view request_id, size_t bytes) {
  v1::ExecuteRequest request;
  request.set_project_id(std::string(project_id));
  request.set_request_id(std::string(request_id));
  request.mutable_command()->mutable_file_write()->set_path("notes.md");
  request.mutable_command()->mutable_file_write()->set_content(std::string(bytes, 'x'));
  return request;
}

}  // namespace specrelay
