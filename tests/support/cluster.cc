#include "tests/support/cluster.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "proto/support/clock.h"
#include "proto/support/command_error.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"
#include "relay/key_admin.h"

namespace specrelay {
namespace {

constexpr Role kRoles[] = {Role::kViewer, Role::kUser, Role::kAgent, Role::kAdmin};
constexpr int kMaxMessageBytes = 80 << 20;
constexpr char kServerBinary[] = "dashboard/specrelay_server";
constexpr char kAgentBinary[] = "mcp_agent/specrelay_agent";

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, 1 << 20);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

Client::Client(std::string grpc_address, std::string key)
    : key_(std::move(key)), stub_(v1::Relay::NewStub(MakeChannel(grpc_address))) {}

void Client::Prepare(grpc::ClientContext& context) const {
  context.AddMetadata("authorization", absl::StrCat("Bearer ", key_));
  context.AddMetadata("specrelay-max-details-bytes", "1048576");
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
}

absl::StatusOr<v1::ExecuteResponse> Client::Execute(absl::string_view project_id, absl::string_view command_json) {
  v1::ExecuteRequest request;
  request.set_project_id(std::string(project_id));
  RETURN_IF_ERROR(FromJson(command_json, *request.mutable_command()));
  return Execute(request);
}

absl::StatusOr<v1::ExecuteResponse> Client::Execute(const v1::ExecuteRequest& request) {
  grpc::ClientContext context;
  Prepare(context);
  v1::ExecuteResponse response;
  RETURN_IF_ERROR(FromGrpcStatus(stub_->Execute(&context, request, &response)));
  return response;
}

absl::StatusOr<v1::ListProjectsResponse> Client::ListProjects() {
  grpc::ClientContext context;
  Prepare(context);
  v1::ListProjectsResponse response;
  RETURN_IF_ERROR(FromGrpcStatus(stub_->ListProjects(&context, {}, &response)));
  return response;
}

absl::StatusOr<v1::ListAgentsResponse> Client::ListAgents() {
  grpc::ClientContext context;
  Prepare(context);
  v1::ListAgentsResponse response;
  RETURN_IF_ERROR(FromGrpcStatus(stub_->ListAgents(&context, {}, &response)));
  return response;
}

std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> Client::Watch(grpc::ClientContext& context,
                                                                     const v1::WatchRequest& request) {
  context.AddMetadata("authorization", absl::StrCat("Bearer ", key_));
  return stub_->Watch(&context, request);
}

Cluster::Cluster(std::string directory, std::vector<std::string> server_flags)
    : directory_(std::move(directory)),
      keys_file_(absl::StrCat(directory_, "/keys.json")),
      server_flags_(std::move(server_flags)) {}

Cluster::~Cluster() {
  agents_.clear();
  server_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

absl::StatusOr<std::unique_ptr<Cluster>> Cluster::Start(std::vector<std::string> server_flags) {
  const char* base = getenv("TEST_TMPDIR");
  std::string pattern = absl::StrCat(base == nullptr ? "/tmp" : base, "/cluster-XXXXXX");
  if (mkdtemp(pattern.data()) == nullptr) return absl::InternalError("no temporary directory");
  std::unique_ptr<Cluster> cluster(new Cluster(pattern, std::move(server_flags)));
  const SystemClock clock;
  for (const Role role : kRoles) {
    KeySpec spec;
    spec.name = std::string(RoleName(role));
    spec.account = "acme";
    spec.role = role;
    ASSIGN_OR_RETURN(const CreatedKey created, CreateKey(cluster->keys_file_, spec, clock));
    const std::string key_path = cluster->Path(absl::StrCat(RoleName(role), ".key"));
    WriteFileOrDie(key_path, created.key);
    std::filesystem::permissions(key_path, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  RETURN_IF_ERROR(cluster->StartServer());
  return cluster;
}

absl::Status Cluster::StartServer() {
  std::vector<std::string> argv = {kServerBinary, absl::StrCat("--http_address=", http_address_),
                                   absl::StrCat("--grpc_address=", grpc_address_),
                                   absl::StrCat("--keys_file=", keys_file_)};
  argv.insert(argv.end(), server_flags_.begin(), server_flags_.end());
  ASSIGN_OR_RETURN(server_, Subprocess::Start(argv));
  ASSIGN_OR_RETURN(const std::string line, server_->ReadLine(kPatience));
  const nlohmann::json ready = nlohmann::json::parse(line);
  http_address_ = ready.at("http").get<std::string>();
  grpc_address_ = ready.at("grpc").get<std::string>();
  return absl::OkStatus();
}

absl::Status Cluster::KillServer() {
  server_->Signal(SIGKILL);
  return server_->Wait(kPatience).status();
}

absl::StatusOr<Subprocess*> Cluster::StartAgent(absl::string_view project_dir, absl::string_view project_id,
                                                const std::vector<std::string>& flags) {
  std::filesystem::create_directories(std::string(project_dir));
  int connected = 0;
  ASSIGN_OR_RETURN(const v1::ListAgentsResponse before, User().ListAgents());
  for (const v1::AgentStatus& agent : before.agents()) connected += agent.project_id() == project_id;
  std::vector<std::string> argv = {kAgentBinary,
                                   "--headless",
                                   absl::StrCat("--project=", project_dir),
                                   absl::StrCat("--project_id=", project_id),
                                   absl::StrCat("--relay=", grpc_address_),
                                   absl::StrCat("--api_key_file=", Path("agent.key"))};
  argv.insert(argv.end(), flags.begin(), flags.end());
  ASSIGN_OR_RETURN(std::unique_ptr<Subprocess> agent, Subprocess::Start(argv, {{"SPECRELAY_HOME", Path("machine")}}));
  ASSIGN_OR_RETURN(const std::string ready, agent->ReadLine(kPatience));
  Subprocess* started = agent.get();
  agents_.push_back(std::move(agent));
  RETURN_IF_ERROR(WaitForAgents(project_id, connected + 1));
  return started;
}

absl::Status Cluster::WaitForAgents(absl::string_view project_id, int count, absl::Duration timeout) {
  // The Watch stream tells when it is worth asking again; it begins before the first question, so that nothing is
  // missed.
  const absl::Time deadline = absl::Now() + timeout;
  Client user = User();
  while (absl::Now() < deadline) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(deadline));
    context.set_wait_for_ready(true);
    const auto reader = user.Watch(context, {});
    v1::WatchResponse response;
    while (reader->Read(&response)) {
      absl::StatusOr<v1::ListAgentsResponse> agents = user.ListAgents();
      if (!agents.ok()) break;
      int connected = 0;
      for (const v1::AgentStatus& agent : agents->agents()) connected += agent.project_id() == project_id;
      if (connected == count) {
        context.TryCancel();
        static_cast<void>(reader->Finish());
        return absl::OkStatus();
      }
    }
    static_cast<void>(reader->Finish());
  }
  return absl::DeadlineExceededError(absl::StrCat("the project does not have ", count, " connected agents"));
}

Client Cluster::ClientFor(Role role) const { return Client(grpc_address_, KeyFor(role)); }

std::string Cluster::KeyFor(Role role) const { return ReadFileOrDie(Path(absl::StrCat(RoleName(role), ".key"))); }

std::string Cluster::Path(absl::string_view name) const { return absl::StrCat(directory_, "/", name); }

std::string ReadFileOrDie(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    perror(path.c_str());
    abort();
  }
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void WriteFileOrDie(const std::string& path, absl::string_view bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) {
    perror(path.c_str());
    abort();
  }
}

}  // namespace specrelay
