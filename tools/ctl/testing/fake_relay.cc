#include "tools/ctl/testing/fake_relay.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "gtest/gtest.h"
#include "relay/principal.h"

namespace specrelay {

FakeRelay::FakeRelay(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", credentials, &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  EXPECT_NE(server_, nullptr) << "cannot listen";
  address_ = absl::StrCat("127.0.0.1:", port);
}

FakeRelay::~FakeRelay() { server_->Shutdown(absl::ToChronoTime(absl::Now())); }

std::vector<std::string> FakeRelay::MetadataOf(const std::string& name) const {
  absl::MutexLock lock(&mu_);
  std::vector<std::string> values;
  const auto [begin, end] = metadata_.equal_range(name);
  for (auto it = begin; it != end; ++it) values.push_back(it->second);
  return values;
}

void FakeRelay::Note(grpc::ServerContext& context) {
  if (!role.empty()) context.AddInitialMetadata(kRoleMetadataKey, role);
  absl::MutexLock lock(&mu_);
  for (const auto& [name, value] : context.client_metadata()) {
    metadata_.emplace(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
  }
}

grpc::Status FakeRelay::Execute(grpc::ServerContext* context, const v1::ExecuteRequest* request,
                                v1::ExecuteResponse* response) {
  Note(*context);
  return on_execute ? on_execute(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::Submit(grpc::ServerContext* context, const v1::SubmitRequest* request,
                               v1::SubmitResponse* response) {
  Note(*context);
  return on_submit ? on_submit(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::WaitCommand(grpc::ServerContext* context, const v1::WaitCommandRequest* request,
                                    v1::CommandStatus* response) {
  Note(*context);
  return on_wait ? on_wait(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                              grpc::ServerWriter<v1::WatchResponse>* writer) {
  Note(*context);
  return on_watch ? on_watch(*request, *writer) : grpc::Status::OK;
}

grpc::Status FakeRelay::ListProjects(grpc::ServerContext* context, const v1::ListProjectsRequest* request,
                                     v1::ListProjectsResponse* response) {
  Note(*context);
  return on_projects ? on_projects(*response) : grpc::Status::OK;
}

grpc::Status FakeRelay::ListAgents(grpc::ServerContext* context, const v1::ListAgentsRequest* request,
                                   v1::ListAgentsResponse* response) {
  Note(*context);
  return on_agents ? on_agents(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::ListQueue(grpc::ServerContext* context, const v1::ListQueueRequest* request,
                                  v1::ListQueueResponse* response) {
  Note(*context);
  return on_queue ? on_queue(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::GetQueuedCommand(grpc::ServerContext* context, const v1::GetQueuedCommandRequest* request,
                                         v1::QueuedCommand* response) {
  Note(*context);
  return on_queued ? on_queued(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::CancelCommand(grpc::ServerContext* context, const v1::CancelCommandRequest* request,
                                      v1::CommandStatus* response) {
  Note(*context);
  return on_cancel ? on_cancel(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::ResolveConflict(grpc::ServerContext* context, const v1::ResolveConflictRequest* request,
                                        v1::ResolveConflictResponse* response) {
  Note(*context);
  return on_resolve ? on_resolve(*request, *response) : grpc::Status::OK;
}

grpc::Status FakeRelay::ReadFile(grpc::ServerContext* context, const v1::ReadFileRequest* request,
                                 grpc::ServerWriter<v1::ReadFileResponse>* writer) {
  Note(*context);
  return on_read ? on_read(*request, *writer) : grpc::Status::OK;
}

grpc::Status FakeRelay::WriteFile(grpc::ServerContext* context, grpc::ServerReader<v1::WriteFileRequest>* reader,
                                  v1::WriteFileResponse* response) {
  Note(*context);
  return on_write ? on_write(*reader, *response) : grpc::Status::OK;
}

}  // namespace specrelay
