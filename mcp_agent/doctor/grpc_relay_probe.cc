#include "mcp_agent/doctor/grpc_relay_probe.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/client_context.h"
#include "mcp_agent/doctor/tcp_reach.h"
#include "proto/support/command_error.h"
#include "proto/support/relay_greeting.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/relay.grpc.pb.h"

namespace specrelay {
namespace {

std::string Metadata(const grpc::ClientContext& context, const char* name) {
  const auto& metadata = context.GetServerInitialMetadata();
  const auto found = metadata.find(name);
  return found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
}

}  // namespace

absl::Status GrpcRelayProbe::Reach() { return ReachByTcp(options_.relay, timeout_); }

absl::Status GrpcRelayProbe::Connect() {
  ASSIGN_OR_RETURN(channel_, NewRelayChannel(options_));
  // Without TLS a connection counts as ready before anything was said, so only a call tells. It carries no key, and
  // that is what a relay should say.
  const absl::Status refusal = Greet("").status;
  if (refusal.ok() || absl::IsUnauthenticated(refusal)) return absl::OkStatus();
  return absl::UnavailableError(refusal.message());
}

RelayGreeting GrpcRelayProbe::Greet(const std::string& key) {
  RelayGreeting greeting;
  grpc::ClientContext context;
  if (!key.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", key));
  greeting.asked = absl::Now();
  context.set_deadline(absl::ToChronoTime(greeting.asked + timeout_));
  v1::ListProjectsResponse unused;
  const grpc::Status status = v1::Relay::NewStub(channel_)->ListProjects(&context, v1::ListProjectsRequest(), &unused);
  greeting.answered = absl::Now();
  greeting.status = FromGrpcStatus(status);
  greeting.role = Metadata(context, kRoleMetadataKey);
  greeting.time = Metadata(context, kTimeMetadataKey);
  greeting.protocol = Metadata(context, kProtocolMetadataKey);
  if (absl::IsPermissionDenied(greeting.status)) greeting.status = absl::OkStatus();
  return greeting;
}

}  // namespace specrelay
