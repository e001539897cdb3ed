// A real server and real agents in processes of their own, on free ports and in temporary directories.
#ifndef SPECRELAY_TESTS_SUPPORT_CLUSTER_H_
#define SPECRELAY_TESTS_SUPPORT_CLUSTER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "nlohmann/json.hpp"
#include "relay/principal.h"
#include "specrelay/v1/relay.grpc.pb.h"
#include "tests/support/subprocess.h"

namespace specrelay {

// Generous enough for a machine that does ten other things.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

// A client with a key. Thread-safe.
class Client {
 public:
  Client(std::string grpc_address, std::string key);

  // Executes a command given as JSON, for example {"specList": {}}.
  absl::StatusOr<v1::ExecuteResponse> Execute(absl::string_view project_id, absl::string_view command_json);
  absl::StatusOr<v1::ExecuteResponse> Execute(const v1::ExecuteRequest& request);

  absl::StatusOr<v1::ListProjectsResponse> ListProjects();
  absl::StatusOr<v1::ListAgentsResponse> ListAgents();

  // Opens a Watch stream on `context`, which gets the key.
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> Watch(grpc::ClientContext& context,
                                                               const v1::WatchRequest& request);

  v1::Relay::Stub& stub() { return *stub_; }

  // Gives `context` the key and a deadline.
  void Prepare(grpc::ClientContext& context) const;

 private:
  const std::string key_;
  const std::unique_ptr<v1::Relay::Stub> stub_;
};

// Not thread-safe. Destruction ends every process and removes every file.
class Cluster {
 public:
  // Starts a server with a keys file that has one key of each role for the account "acme", and further flags.
  static absl::StatusOr<std::unique_ptr<Cluster>> Start(std::vector<std::string> server_flags = {});
  ~Cluster();

  // Starts an agent on `project_dir`, which is created when missing, and waits until the server lists it as connected.
  // `index` tells agents of the same cluster apart. Further flags may follow.
  absl::StatusOr<Subprocess*> StartAgent(absl::string_view project_dir, absl::string_view project_id,
                                         const std::vector<std::string>& flags = {});

  // Waits until the server lists `count` connected agents of the project.
  absl::Status WaitForAgents(absl::string_view project_id, int count, absl::Duration timeout = kPatience);

  // Kills the server and starts it again on the same ports.
  absl::Status KillServer();
  absl::Status StartServer();

  Client ClientFor(Role role) const;
  Client User() const { return ClientFor(Role::kUser); }
  std::string KeyFor(Role role) const;

  Subprocess& server() { return *server_; }
  const std::string& grpc_address() const { return grpc_address_; }
  const std::string& http_address() const { return http_address_; }
  const std::string& keys_file() const { return keys_file_; }

  // A path under the cluster's own directory.
  std::string Path(absl::string_view name) const;

 private:
  Cluster(std::string directory, std::vector<std::string> server_flags);

  const std::string directory_;
  const std::string keys_file_;
  const std::vector<std::string> server_flags_;
  std::string http_address_ = "127.0.0.1:0";
  std::string grpc_address_ = "127.0.0.1:0";
  std::unique_ptr<Subprocess> server_;
  std::vector<std::unique_ptr<Subprocess>> agents_;
};

// Reads and writes whole files, outside of any agent.
std::string ReadFileOrDie(const std::string& path);
void WriteFileOrDie(const std::string& path, absl::string_view bytes);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_CLUSTER_H_
