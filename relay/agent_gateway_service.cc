#include "relay/agent_gateway_service.h"

#include <memory>
#include <string>
#include <utility>

#include "proto/support/command_error.h"
#include "relay/caller_authentication.h"
#include "relay/refused_stream.h"

namespace specrelay {

using Reactor = grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>;

Reactor* AgentGatewayService::Connect(grpc::CallbackServerContext* context) {
  absl::StatusOr<Caller> caller = AuthenticateCaller(context->client_metadata(), keys_);
  if (!caller.ok()) return new RefusedStream<Reactor>(ToGrpcStatus(caller.status()));
  Principal& principal = caller->principal;
  context->AddInitialMetadata(kRoleMetadataKey, std::string(RoleName(principal.role)));
  absl::StatusOr<LiveStreams::Admission> admission = streams_.Admit(StreamKind::kAgent, principal.account);
  if (!admission.ok()) return new RefusedStream<Reactor>(ToGrpcStatus(admission.status()));
  const std::shared_ptr<AgentConnection> stream =
      AgentConnection::Start(*context, std::move(principal), *std::move(admission), options_, relay_, clock_);
  streams_.Add(stream);
  return stream.get();
}

}  // namespace specrelay
