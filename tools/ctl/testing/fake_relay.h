// A relay that answers what a test tells it to, on a real port.
#ifndef SPECRELAY_TOOLS_CTL_TESTING_FAKE_RELAY_H_
#define SPECRELAY_TOOLS_CTL_TESTING_FAKE_RELAY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "specrelay/v1/relay.grpc.pb.h"

namespace specrelay {

// Listens on a port of 127.0.0.1 from construction to destruction. Set the handlers before the first call; they run on
// gRPC's threads. Without a handler a call is answered with an empty response. The rest is thread-safe.
class FakeRelay final : public v1::Relay::Service {
 public:
  explicit FakeRelay(const std::shared_ptr<grpc::ServerCredentials>& credentials = grpc::InsecureServerCredentials());
  ~FakeRelay() override;

  // "127.0.0.1:<port>".
  const std::string& address() const { return address_; }

  // Values of that metadata in all calls so far.
  std::vector<std::string> MetadataOf(const std::string& name) const;
  std::vector<std::string> authorizations() const { return MetadataOf("authorization"); }

  std::function<grpc::Status(const v1::ExecuteRequest&, v1::ExecuteResponse&)> on_execute;
  std::function<grpc::Status(const v1::SubmitRequest&, v1::SubmitResponse&)> on_submit;
  std::function<grpc::Status(const v1::WaitCommandRequest&, v1::CommandStatus&)> on_wait;
  std::function<grpc::Status(const v1::WatchRequest&, grpc::ServerWriter<v1::WatchResponse>&)> on_watch;
  std::function<grpc::Status(v1::ListProjectsResponse&)> on_projects;
  std::function<grpc::Status(const v1::ListAgentsRequest&, v1::ListAgentsResponse&)> on_agents;
  std::function<grpc::Status(const v1::ListQueueRequest&, v1::ListQueueResponse&)> on_queue;
  std::function<grpc::Status(const v1::GetQueuedCommandRequest&, v1::QueuedCommand&)> on_queued;
  std::function<grpc::Status(const v1::CancelCommandRequest&, v1::CommandStatus&)> on_cancel;
  std::function<grpc::Status(const v1::ResolveConflictRequest&, v1::ResolveConflictResponse&)> on_resolve;
  std::function<grpc::Status(const v1::ReadFileRequest&, grpc::ServerWriter<v1::ReadFileResponse>&)> on_read;
  std::function<grpc::Status(grpc::ServerReader<v1::WriteFileRequest>&, v1::WriteFileResponse&)> on_write;
  std::string role;  // sent as metadata when not empty

 private:
  grpc::Status Execute(grpc::ServerContext* context, const v1::ExecuteRequest* request,
                       v1::ExecuteResponse* response) override;
  grpc::Status Submit(grpc::ServerContext* context, const v1::SubmitRequest* request,
                      v1::SubmitResponse* response) override;
  grpc::Status WaitCommand(grpc::ServerContext* context, const v1::WaitCommandRequest* request,
                           v1::CommandStatus* response) override;
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override;
  grpc::Status ListProjects(grpc::ServerContext* context, const v1::ListProjectsRequest* request,
                            v1::ListProjectsResponse* response) override;
  grpc::Status ListAgents(grpc::ServerContext* context, const v1::ListAgentsRequest* request,
                          v1::ListAgentsResponse* response) override;

  grpc::Status ListQueue(grpc::ServerContext* context, const v1::ListQueueRequest* request,
                         v1::ListQueueResponse* response) override;
  grpc::Status GetQueuedCommand(grpc::ServerContext* context, const v1::GetQueuedCommandRequest* request,
                                v1::QueuedCommand* response) override;
  grpc::Status CancelCommand(grpc::ServerContext* context, const v1::CancelCommandRequest* request,
                             v1::CommandStatus* response) override;
  grpc::Status ResolveConflict(grpc::ServerContext* context, const v1::ResolveConflictRequest* request,
                               v1::ResolveConflictResponse* response) override;

  grpc::Status ReadFile(grpc::ServerContext* context, const v1::ReadFileRequest* request,
                        grpc::ServerWriter<v1::ReadFileResponse>* writer) override;
  grpc::Status WriteFile(grpc::ServerContext* context, grpc::ServerReader<v1::WriteFileRequest>* reader,
                         v1::WriteFileResponse* response) override;

  void Note(grpc::ServerContext& context);

  mutable absl::Mutex mu_;
  std::multimap<std::string, std::string> metadata_ ABSL_GUARDED_BY(mu_);

  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_TESTING_FAKE_RELAY_H_
