#include "relay/relay_service.h"

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/support/command_error.h"
#include "proto/support/iso_time.h"
#include "proto/support/relay_greeting.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"
#include "relay/caller_authentication.h"
#include "relay/command_call.h"
#include "relay/refused_stream.h"
#include "relay/registration.h"
#include "relay/wire_message.h"

namespace specrelay {
namespace {

absl::StatusOr<grpc::ByteBuffer> RespondToExecute(v1::CommandStatus status) {
  const bool queued = status.state() == v1::COMMAND_STATE_QUEUED && !status.has_error();
  if (status.state() != v1::COMMAND_STATE_APPLIED && !queued) {
    if (status.has_error()) return FromCommandError(status.error());
    // Another call sent the same request id with a longer timeout: the command goes on, the wait is over.
    return WithCommand(absl::DeadlineExceededError("no answer in time; the command goes on: ask with WaitCommand"),
                       status.request_id(), status.state());
  }
  v1::ExecuteResponse response;
  response.set_request_id(std::move(*status.mutable_request_id()));
  response.set_agent_instance(std::move(*status.mutable_agent_instance()));
  response.set_state(status.state());
  if (status.has_result()) response.mutable_result()->Swap(status.mutable_result());
  response.set_durability(status.durability());
  return SerializeMessage(response);
}

absl::StatusOr<grpc::ByteBuffer> RespondToWait(v1::CommandStatus status) { return SerializeMessage(status); }

// Answers at once.
template <typename Response>
grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext& context, const absl::StatusOr<Response>& response,
                                 grpc::ByteBuffer& bytes, RelayObserver& observer) {
  grpc::ServerUnaryReactor* reactor = context.DefaultReactor();
  if (response.ok()) {
    bytes = SerializeMessage(*response);
    observer.OnClientBytes(0, static_cast<int64_t>(bytes.Length()));
  }
  reactor->Finish(ToGrpcStatus(response.status(), MaxDetailsBytes(context.client_metadata())));
  return reactor;
}

}  // namespace

absl::StatusOr<Caller> RelayService::Receive(grpc::CallbackServerContext& context, const grpc::ByteBuffer& bytes,
                                             google::protobuf::Message& request) const {
  ASSIGN_OR_RETURN(Caller caller, AuthenticateCaller(context.client_metadata(), keys_));
  context.AddInitialMetadata(kRoleMetadataKey, std::string(RoleName(caller.principal.role)));
  relay_.observer().OnClientBytes(static_cast<int64_t>(bytes.Length()), 0);
  RETURN_IF_ERROR(ParseMessage(bytes, request));
  return caller;
}

absl::Time RelayService::ClientDeadline(const grpc::CallbackServerContext& context) const {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return absl::InfiniteFuture();
  return clock_.Now() + absl::FromChrono(deadline - std::chrono::system_clock::now());
}

grpc::ServerUnaryReactor* RelayService::Execute(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                grpc::ByteBuffer* response) {
  const auto begin = [&](CommandCallback done) -> absl::StatusOr<CommandTicket> {
    v1::ExecuteRequest execute;
    ASSIGN_OR_RETURN(const Caller caller, Receive(*context, *request, execute));
    return relay_.Execute(caller, std::move(execute), ClientDeadline(*context), std::move(done));
  };
  return CommandCall::Start(begin, RespondToExecute, MaxDetailsBytes(context->client_metadata()), response, relay_);
}

grpc::ServerUnaryReactor* RelayService::WaitCommand(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  const auto begin = [&](CommandCallback done) -> absl::StatusOr<CommandTicket> {
    v1::WaitCommandRequest wait;
    ASSIGN_OR_RETURN(const Caller caller, Receive(*context, *request, wait));
    return relay_.Wait(caller, wait, ClientDeadline(*context), std::move(done));
  };
  return CommandCall::Start(begin, RespondToWait, MaxDetailsBytes(context->client_metadata()), response, relay_);
}

template <typename Request, typename Call>
grpc::ServerUnaryReactor* RelayService::AnswerNow(grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                                                  grpc::ByteBuffer& response, const Call& call) const {
  const auto answer = [&]() -> std::invoke_result_t<Call, const Caller&, Request> {
    Request message;
    ASSIGN_OR_RETURN(const Caller caller, Receive(context, request, message));
    return call(caller, std::move(message));
  };
  return Answer(context, answer(), response, relay_.observer());
}

grpc::ServerUnaryReactor* RelayService::Submit(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                               grpc::ByteBuffer* response) {
  return AnswerNow<v1::SubmitRequest>(*context, *request, *response, [this](const Caller& caller, auto message) {
    return relay_.Submit(caller, std::move(message));
  });
}

grpc::ServerUnaryReactor* RelayService::ListProjects(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerNow<v1::ListProjectsRequest>(*context, *request, *response, [&](const Caller& caller, const auto&) {
    context->AddInitialMetadata(kTimeMetadataKey, ToIsoTime(relay_.wall_clock().Now()));
    context->AddInitialMetadata(kProtocolMetadataKey, absl::StrCat(kOldestProtocolVersion, "-", kProtocolVersion));
    return relay_.ListProjects(caller.principal);
  });
}

grpc::ServerUnaryReactor* RelayService::ListAgents(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerNow<v1::ListAgentsRequest>(
      *context, *request, *response,
      [this](const Caller& caller, const auto& message) { return relay_.ListAgents(caller.principal, message); });
}

grpc::ServerUnaryReactor* RelayService::ListQueue(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                                  grpc::ByteBuffer* response) {
  return AnswerNow<v1::ListQueueRequest>(
      *context, *request, *response,
      [this](const Caller& caller, const auto& message) { return relay_.ListQueue(caller, message); });
}

grpc::ServerUnaryReactor* RelayService::GetQueuedCommand(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerNow<v1::GetQueuedCommandRequest>(
      *context, *request, *response,
      [this](const Caller& caller, const auto& message) { return relay_.GetQueuedCommand(caller, message); });
}

grpc::ServerUnaryReactor* RelayService::CancelCommand(grpc::CallbackServerContext* context,
                                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerNow<v1::CancelCommandRequest>(
      *context, *request, *response,
      [this](const Caller& caller, const auto& message) { return relay_.CancelCommand(caller, message); });
}

grpc::ServerUnaryReactor* RelayService::ResolveConflict(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  return AnswerNow<v1::ResolveConflictRequest>(
      *context, *request, *response,
      [this](const Caller& caller, const auto& message) { return relay_.ResolveConflict(caller, message); });
}

absl::StatusOr<std::shared_ptr<WatchStream>> RelayService::StartWatch(grpc::CallbackServerContext& context,
                                                                      const grpc::ByteBuffer& bytes) {
  v1::WatchRequest request;
  ASSIGN_OR_RETURN(Caller caller, Receive(context, bytes, request));
  Principal& principal = caller.principal;
  ASSIGN_OR_RETURN(Relay::WatchStart start, relay_.Watch(principal, request));
  ASSIGN_OR_RETURN(LiveStreams::Admission admission, streams_.Admit(StreamKind::kWatcher, principal.account));
  return WatchStream::Start(context, std::move(principal), std::move(*request.mutable_project_id()), std::move(start),
                            std::move(admission), watch_options_, relay_.observer(), clock_, relay_.wall_clock());
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RelayService::Watch(grpc::CallbackServerContext* context,
                                                                const grpc::ByteBuffer* request) {
  const absl::StatusOr<std::shared_ptr<WatchStream>> stream = StartWatch(*context, *request);
  if (!stream.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<grpc::ByteBuffer>>(
        ToGrpcStatus(stream.status(), MaxDetailsBytes(context->client_metadata())));
  }
  streams_.Add(*stream);
  return stream->get();
}

absl::StatusOr<std::shared_ptr<ReadFileCall>> RelayService::StartReadFile(grpc::CallbackServerContext& context,
                                                                          const grpc::ByteBuffer& bytes) {
  v1::ReadFileRequest request;
  ASSIGN_OR_RETURN(const Caller caller, Receive(context, bytes, request));
  ASSIGN_OR_RETURN(LiveStreams::Admission admission, streams_.Admit(StreamKind::kTransfer, caller.principal.account));
  v1::ExecuteRequest execute;
  execute.set_project_id(std::move(*request.mutable_project_id()));
  execute.set_request_id(request.request_id().empty() ? NewRequestId() : request.request_id());
  if (request.has_timeout()) *execute.mutable_timeout() = request.timeout();
  execute.mutable_command()->mutable_file_read()->Swap(request.mutable_file());
  return ReadFileCall::Start(context, caller, std::move(execute), ClientDeadline(context), std::move(admission),
                             TransferCallOptions(), relay_, clock_);
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* RelayService::ReadFile(grpc::CallbackServerContext* context,
                                                                   const grpc::ByteBuffer* request) {
  const absl::StatusOr<std::shared_ptr<ReadFileCall>> call = StartReadFile(*context, *request);
  if (!call.ok()) {
    return new RefusedStream<grpc::ServerWriteReactor<grpc::ByteBuffer>>(
        ToGrpcStatus(call.status(), MaxDetailsBytes(context->client_metadata())));
  }
  streams_.Add(*call);
  return call->get();
}

absl::StatusOr<std::shared_ptr<WriteFileCall>> RelayService::StartWriteFile(grpc::CallbackServerContext& context,
                                                                            grpc::ByteBuffer* response) {
  ASSIGN_OR_RETURN(Caller caller, AuthenticateCaller(context.client_metadata(), keys_));
  context.AddInitialMetadata(kRoleMetadataKey, std::string(RoleName(caller.principal.role)));
  ASSIGN_OR_RETURN(LiveStreams::Admission admission, streams_.Admit(StreamKind::kTransfer, caller.principal.account));
  return WriteFileCall::Start(context, std::move(caller), ClientDeadline(context), std::move(admission), response,
                              relay_);
}

grpc::ServerReadReactor<grpc::ByteBuffer>* RelayService::WriteFile(grpc::CallbackServerContext* context,
                                                                   grpc::ByteBuffer* response) {
  const absl::StatusOr<std::shared_ptr<WriteFileCall>> call = StartWriteFile(*context, response);
  if (!call.ok()) {
    return new RefusedStream<grpc::ServerReadReactor<grpc::ByteBuffer>>(
        ToGrpcStatus(call.status(), MaxDetailsBytes(context->client_metadata())));
  }
  streams_.Add(*call);
  return call->get();
}

}  // namespace specrelay
