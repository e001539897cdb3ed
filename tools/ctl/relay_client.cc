#include "tools/ctl/relay_client.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"
#include "relay/api_key.h"
#include "tools/ctl/output.h"

namespace specrelay {
namespace {

constexpr int kMaxReceiveBytes = 80 << 20;  // a file of 64 MiB and what is around it
// Error details travel as metadata in base64, together with everything else that is said of the failure.
constexpr int kMaxMetadataBytes = 2 * kHighestMaxDetailsBytes;
constexpr int kKeepaliveTimeMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr absl::Duration kConnectTimeout = absl::Seconds(10);

absl::StatusOr<std::string> ReadFile(absl::string_view flag, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return UsageError(absl::StrCat("cannot read ", path, ", which ", flag, " names; check path and permissions"));
  }
  return bytes;
}

absl::StatusOr<std::shared_ptr<grpc::ChannelCredentials>> CredentialsFor(const CtlOptions& options,
                                                                         const RelayAddress& address) {
  const bool tls = options.tls || !options.tls_ca.empty();
  if (tls && options.insecure) return UsageError("--insecure contradicts --tls and --tls_ca; give one or the other");
  if (tls) {
    grpc::SslCredentialsOptions ssl;
    if (!options.tls_ca.empty()) {
      ASSIGN_OR_RETURN(ssl.pem_root_certs, ReadFile("--tls_ca", options.tls_ca));
      if (!absl::StrContains(ssl.pem_root_certs, "-----BEGIN CERTIFICATE-----")) {
        return UsageError(absl::StrCat(options.tls_ca, ", which --tls_ca names, holds no PEM certificate"));
      }
    }
    return grpc::SslCredentials(ssl);
  }
  if (!address.is_loopback && !options.insecure) {
    return UsageError(absl::StrCat("the key would travel in plain text to ", address.ToString(),
                                   "; give --tls, or --tls_ca=PATH for an own authority, or --insecure to send it so"));
  }
  return grpc::InsecureChannelCredentials();
}

grpc::ChannelArguments ArgumentsFor(const RelayAddress& address) {
  grpc::ChannelArguments arguments;
  arguments.SetUserAgentPrefix(absl::StrCat("specrelay_ctl/", kVersion));
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  // Without pings a watch would not notice a relay that is gone.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveTimeMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  // A proxy cannot reach this machine's loopback, and must not get the key.
  if (address.is_loopback) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

bool IsDecided(grpc_connectivity_state state) {
  return state == GRPC_CHANNEL_READY || state == GRPC_CHANNEL_TRANSIENT_FAILURE || state == GRPC_CHANNEL_SHUTDOWN;
}

}  // namespace

absl::StatusOr<std::string> LoadApiKey(const CtlOptions& options) {
  std::string key = options.api_key;
  std::string source = "SPECRELAY_API_KEY";
  if (!options.api_key_file.empty()) {
    ASSIGN_OR_RETURN(key, ReadFile("--api_key_file", options.api_key_file));
    source = options.api_key_file;
  }
  absl::StripAsciiWhitespace(&key);
  if (key.empty()) {
    return absl::UnauthenticatedError(
        "no API key was given; name a file with --api_key_file or set SPECRELAY_API_KEY (specrelay_ctl key create "
        "makes a key)");
  }
  if (!LooksLikeApiKey(key)) {
    return absl::UnauthenticatedError(absl::StrCat(
        "what is in ", source, " is no API key; a key is \"srk_\" and 49 letters and digits: check that it is whole"));
  }
  return key;
}

RelayClient::RelayClient(RelayAddress address, std::string api_key, std::shared_ptr<grpc::Channel> channel)
    : address_(std::move(address)),
      api_key_(std::move(api_key)),
      channel_(std::move(channel)),
      stub_(v1::Relay::NewStub(channel_)) {}

absl::StatusOr<std::unique_ptr<RelayClient>> RelayClient::Create(const CtlOptions& options) {
  absl::StatusOr<RelayAddress> address = ParseRelayAddress(options.relay);
  if (!address.ok()) return UsageError(address.status().message());
  ASSIGN_OR_RETURN(const auto credentials, CredentialsFor(options, *address));
  ASSIGN_OR_RETURN(std::string api_key, LoadApiKey(options));
  // The scheme keeps a host called "unix" from becoming one.
  std::shared_ptr<grpc::Channel> channel =
      grpc::CreateCustomChannel(absl::StrCat("dns:///", address->ToString()), credentials, ArgumentsFor(*address));
  return absl::WrapUnique(new RelayClient(*std::move(address), std::move(api_key), std::move(channel)));
}

absl::Status RelayClient::Connect() {
  const auto deadline = absl::ToChronoTime(absl::Now() + kConnectTimeout);
  grpc_connectivity_state state = channel_->GetState(/*try_to_connect=*/true);
  while (!IsDecided(state) && channel_->WaitForStateChange(state, deadline)) {
    state = channel_->GetState(/*try_to_connect=*/true);
  }
  if (state == GRPC_CHANNEL_READY) return absl::OkStatus();
  // Only a call tells why there is no connection; this one changes nothing, should it get through after all.
  v1::ListProjectsResponse unused;
  const auto context = NewContext(absl::Seconds(1));
  const grpc::Status status = stub_->ListProjects(context.get(), v1::ListProjectsRequest(), &unused);
  if (channel_->GetState(false) == GRPC_CHANNEL_READY) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot reach a relay at ", address_.ToString(), " (", status.error_message(),
                   "); check --relay, that the server runs there, and that --tls is given where it speaks TLS"));
}

std::unique_ptr<grpc::ClientContext> RelayClient::NewContext(absl::Duration timeout) const {
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", absl::StrCat("Bearer ", api_key_));
  context->AddMetadata(kMaxDetailsMetadataKey, absl::StrCat(kHighestMaxDetailsBytes));
  if (timeout != absl::InfiniteDuration()) context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

absl::StatusOr<std::unique_ptr<RelayClient>> ConnectToRelay(const CtlOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<RelayClient> client, RelayClient::Create(options));
  RETURN_IF_ERROR(client->Connect());
  return client;
}

}  // namespace specrelay
