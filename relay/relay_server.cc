#include "relay/relay_server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "relay/server_credentials.h"

namespace specrelay {
namespace {

constexpr absl::Duration kDrainPoll = absl::Milliseconds(20);
// Reflection is the only service that takes a thread for each call; this many of them at most.
constexpr int kMaxThreads = 16;

void SetArguments(const RelayServerOptions& options, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(options.max_receive_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, options.max_metadata_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  // Two relays on one port would each get some of the connections.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // A dead peer is noticed after at most 40 s; agents may ask as often.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  // gRPC bounds a message by its compressed size only: a few kilobytes could become gigabytes.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetSyncServerOption(grpc::ServerBuilder::NUM_CQS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MIN_POLLERS, 1);
  builder.SetSyncServerOption(grpc::ServerBuilder::MAX_POLLERS, 1);
  builder.SetResourceQuota(grpc::ResourceQuota("relay").Resize(options.memory_quota_bytes).SetMaxThreads(kMaxThreads));
}

}  // namespace

absl::StatusOr<std::unique_ptr<RelayServer>> RelayServer::Start(RelayServerOptions options, Relay& relay,
                                                                KeyStore& keys, const Clock& clock) {
  std::unique_ptr<RelayServer> server(new RelayServer(std::move(options), relay, keys, clock));
  RETURN_IF_ERROR(server->Listen());
  RelayServer* self = server.get();
  self->ticker_ = std::make_unique<Ticker>(self->options_.tick_interval, [self] { self->relay_.Tick(); });
  self->stream_ticker_ = std::make_unique<Ticker>(self->options_.stream_check_interval,
                                                  [self] { self->streams_.Tick(self->clock_.Now()); });
  self->key_ticker_ = std::make_unique<Ticker>(self->options_.key_check_interval, [self] { self->CheckKeys(); });
  self->serving_ = true;
  return server;
}

RelayServer::RelayServer(RelayServerOptions options, Relay& relay, KeyStore& keys, const Clock& clock)
    : options_(std::move(options)),
      relay_(relay),
      keys_(keys),
      clock_(clock),
      streams_(options_.streams),
      relay_service_(options_.watchers, relay, keys, streams_, clock),
      agent_service_(options_.agents, relay, keys, streams_, clock) {}

RelayServer::~RelayServer() { Shutdown(); }

absl::Status RelayServer::Listen() {
  ASSIGN_OR_RETURN(address_, ParseListenAddress(options_.address));
  ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ServerCredentials> credentials,
                   MakeServerCredentials(options_.tls_certificate_path, options_.tls_key_path));
  RETURN_IF_ERROR(CheckCanListen(address_));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetArguments(options_, builder);
  builder.AddListeningPort(address_.ToString(), credentials, &address_.port);
  builder.RegisterService(&relay_service_);
  builder.RegisterService(&agent_service_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(options_.address, ": cannot listen"));
  }
  for (const char* service : {v1::Relay::service_full_name(), v1::AgentGateway::service_full_name()}) {
    server_->GetHealthCheckService()->SetServingStatus(service, true);
  }
  return absl::OkStatus();
}

void RelayServer::CheckKeys() {
  keys_.ReloadIfChanged();
  // Also when the file is the same: keys expire.
  const auto still_granted = [this](const Principal& principal) { return keys_.StillGrants(principal); };
  streams_.EndRevoked(still_granted);
  relay_.EndRevoked(still_granted);
}

void RelayServer::Shutdown() {
  absl::MutexLock lock(&shutdown_mu_);
  if (shut_down_) return;
  shut_down_ = true;
  serving_ = false;
  if (server_ == nullptr) return;
  Log(LogLevel::kInfo, "draining", {{"commands", absl::StrCat(relay_.pending_commands())}});
  server_->GetHealthCheckService()->SetServingStatus(false);
  relay_.Drain(options_.retry_after);
  const absl::Time drain_end = absl::Now() + options_.drain_timeout;
  while (relay_.pending_commands() > 0 && absl::Now() < drain_end) absl::SleepFor(kDrainPoll);
  streams_.EndAll(absl::UnavailableError("the relay is going down; connect again in a moment"));
  server_->Shutdown(absl::ToChronoTime(absl::Now() + options_.shutdown_timeout));
  ticker_.reset();
  stream_ticker_.reset();
  key_ticker_.reset();
  Log(LogLevel::kInfo, "stopped");
}

}  // namespace specrelay
