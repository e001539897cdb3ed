#include "mcp_agent/link/grpc_channel.h"

#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

constexpr char kSystemAuthorities[] = "/etc/ssl/certs/ca-certificates.crt";

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const GrpcConnectorOptions& options) {
  if (!options.tls) return grpc::InsecureChannelCredentials();
  const std::string path = options.tls_ca.empty() ? kSystemAuthorities : options.tls_ca;
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  if (!file || content.str().empty()) {
    return absl::NotFoundError(
        absl::StrCat("cannot read the certificate authorities in ", path, "; give a PEM file with --tls_ca"));
  }
  grpc::SslCredentialsOptions ssl;
  ssl.pem_root_certs = content.str();
  return grpc::SslCredentials(ssl);
}

grpc::ChannelArguments Arguments(const GrpcConnectorOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(options.max_receive_bytes);
  arguments.SetMaxSendMessageSize(-1);  // the link asks the relay for its limit
  arguments.SetUserAgentPrefix(absl::StrCat("specrelay-agent/", kVersion));
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // The link has a backoff of its own.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);  // would buffer every frame for a call that never commits
  // A peer that vanished without a word is noticed within 40 s even where the relay's pings are slower.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A proxy set for the web has no way to this machine.
  if (options.relay.is_loopback) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> NewRelayChannel(const GrpcConnectorOptions& options) {
  ASSIGN_OR_RETURN(const auto credentials, Credentials(options));
  return grpc::CreateCustomChannel(options.relay.ToString(), credentials, Arguments(options));
}

}  // namespace specrelay
