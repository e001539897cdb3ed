// The server: the relay on its gRPC port, and its HTTP port, in one process.
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "dashboard/first_start.h"
#include "dashboard/gateway.h"
#include "dashboard/metrics/server_metrics.h"
#include "nlohmann/json.hpp"
#include "proto/support/callback_threads.h"
#include "proto/support/clock.h"
#include "proto/support/dashboard_url.h"
#include "proto/support/digest.h"
#include "proto/support/flags.h"
#include "proto/support/library_log.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/version.h"
#include "relay/key_store.h"
#include "relay/relay.h"
#include "relay/relay_server.h"

ABSL_FLAG(std::string, http_address, "127.0.0.1:8080", "where HTTP is served, HOST:PORT; port 0 picks a free one");
ABSL_FLAG(std::string, grpc_address, "127.0.0.1:50051",
          "where agents and scripts connect by gRPC, HOST:PORT; port 0 picks a free one");
ABSL_FLAG(std::string, keys_file, "", "the keys file, mode 0600; made with an admin key when there is none");
ABSL_FLAG(std::string, tls_cert, "", "certificate chain (PEM) for the gRPC port; plain text when empty");
ABSL_FLAG(std::string, tls_key, "", "private key (PEM) of --tls_cert");
ABSL_FLAG(std::string, http_tls_cert, "", "certificate chain (PEM) for the HTTP port; plain text when empty");
ABSL_FLAG(std::string, http_tls_key, "", "private key (PEM) of --http_tls_cert");
ABSL_FLAG(std::string, web_root, "", "directory of the built website; without it there is the API alone");
ABSL_FLAG(std::vector<std::string>, allowed_hosts, {},
          "names by which browsers reach this server besides localhost, as HOST or HOST:PORT, with commas between");
ABSL_FLAG(std::vector<std::string>, allowed_origins, {},
          "other websites whose pages may write with a session, as https://HOST, with commas between");
ABSL_FLAG(std::vector<std::string>, trusted_proxies, {},
          "addresses or ranges of proxies that are believed about their client's address, with commas between");
ABSL_FLAG(std::string, session_secret_file, "",
          "secret that signs sessions, mode 0600, made when there is none; default: beside the keys file");
ABSL_FLAG(std::string, public_url, "",
          "where people reach the website, such as https://specs.example.org, for the links that agents give");
ABSL_FLAG(int, http_max_connections, 2048, "HTTP connections at once besides event streams");
ABSL_FLAG(int, http_max_streams, 10'000, "event streams at once");
ABSL_FLAG(int, http_max_body_mib, 16, "largest body of an HTTP request, in MiB");
ABSL_FLAG(absl::Duration, heartbeat_interval, absl::Seconds(30), "how often agents are asked for a sign of life");
ABSL_FLAG(absl::Duration, heartbeat_timeout, absl::Seconds(10), "an agent that does not give one in time is gone");
ABSL_FLAG(std::string, log_level, "info", "least level that is logged: debug, info, warning or error");

namespace specrelay {
namespace {

constexpr char kUsage[] =
    "Relays typed commands between clients and the local agents of projects.\n"
    "  specrelay_server --keys_file=PATH [--http_address=HOST:PORT] [--grpc_address=HOST:PORT]";
constexpr int kEpochLength = 8;
constexpr int kMaxBodyMib = 256;
constexpr absl::Duration kLeastHeartbeat = absl::Seconds(1);
constexpr absl::Duration kMostHeartbeat = absl::Minutes(5);

// Signals that end the server are taken by WaitForSignal alone; every thread started later inherits the mask.
sigset_t BlockSignals() {
  signal(SIGPIPE, SIG_IGN);
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  return ending;
}

// Each connection is a descriptor; shells allow 1024 although the system allows many more.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

void WaitForSignal(const sigset_t& ending) {
  int signal_number = 0;
  sigwait(&ending, &signal_number);
  Log(LogLevel::kInfo, "draining", {{"signal", absl::StrCat(signal_number)}});
  // Whoever asks again does not want to wait.
  std::thread([ending] {
    int again = 0;
    sigwait(&ending, &again);
    std::_Exit(128 + again);
  }).detach();
}

void PrintReady(const Gateway& gateway, const RelayServer& grpc) {
  const nlohmann::ordered_json line = {
      {"ready", true}, {"http", gateway.address().ToString()}, {"grpc", grpc.address().ToString()}};
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

absl::StatusOr<RelayOptions> RelayOptionsFromFlags() {
  RelayOptions options;
  options.epoch = RandomBase62(kEpochLength);
  options.heartbeat_interval = absl::GetFlag(FLAGS_heartbeat_interval);
  options.dead_after = absl::GetFlag(FLAGS_heartbeat_timeout);
  if (options.heartbeat_interval < kLeastHeartbeat || options.heartbeat_interval > kMostHeartbeat) {
    return absl::InvalidArgumentError("--heartbeat_interval must be 1s to 5m");
  }
  if (options.dead_after < kLeastHeartbeat || options.dead_after > kMostHeartbeat) {
    return absl::InvalidArgumentError("--heartbeat_timeout must be 1s to 5m");
  }
  options.busy_heartbeat_interval = std::min(options.busy_heartbeat_interval, options.heartbeat_interval);
  options.suspect_after = std::min(options.suspect_after, options.dead_after / 2);
  ASSIGN_OR_RETURN(options.dashboard_url, ParseDashboardUrl(absl::GetFlag(FLAGS_public_url)));
  return options;
}

absl::StatusOr<GatewayOptions> GatewayOptionsFromFlags() {
  GatewayOptions options;
  options.http.address = absl::GetFlag(FLAGS_http_address);
  options.http.tls_certificate_path = absl::GetFlag(FLAGS_http_tls_cert);
  options.http.tls_key_path = absl::GetFlag(FLAGS_http_tls_key);
  options.http.threads.max_threads = absl::GetFlag(FLAGS_http_max_connections);
  options.http.max_streams = absl::GetFlag(FLAGS_http_max_streams);
  const int max_body_mib = absl::GetFlag(FLAGS_http_max_body_mib);
  if (options.http.max_streams < 0 || options.http.threads.max_threads < 1) {
    return absl::InvalidArgumentError("--http_max_connections must be at least 1, --http_max_streams at least 0");
  }
  if (max_body_mib < 1 || max_body_mib > kMaxBodyMib) {
    return absl::InvalidArgumentError(absl::StrCat("--http_max_body_mib must be 1 to ", kMaxBodyMib));
  }
  options.http.connections.limits.max_body_bytes = static_cast<size_t>(max_body_mib) << 20;
  options.web_root = absl::GetFlag(FLAGS_web_root);
  options.front_door.allowed_hosts = absl::GetFlag(FLAGS_allowed_hosts);
  options.front_door.allowed_origins = absl::GetFlag(FLAGS_allowed_origins);
  options.front_door.trusted_proxies = absl::GetFlag(FLAGS_trusted_proxies);
  options.front_door.session_secret_file = absl::GetFlag(FLAGS_session_secret_file);
  if (options.front_door.session_secret_file.empty()) {
    options.front_door.session_secret_file = absl::StrCat(absl::GetFlag(FLAGS_keys_file), ".session-secret");
  }
  return options;
}

// Tells the person at the terminal how to get in. Nothing of it goes to the log.
absl::Status WelcomeFirst(const FirstKey& first, const KeyStore& keys, Gateway& gateway) {
  ASSIGN_OR_RETURN(const Principal principal, keys.Authenticate(first.key));
  ASSIGN_OR_RETURN(const std::string url, gateway.MakeLoginUrl(principal));
  std::fprintf(stderr,
               "First start: a keys file was made, with an admin key that is in %s\n"
               "Log in within ten minutes, once, at %s\n",
               first.path.c_str(), url.c_str());
  return absl::OkStatus();
}

absl::Status Run(const sigset_t& ending) {
  ASSIGN_OR_RETURN(const LogLevel level, ParseLogLevel(absl::GetFlag(FLAGS_log_level)));
  SetLogLevel(level);
  const std::string keys_file = absl::GetFlag(FLAGS_keys_file);
  if (keys_file.empty()) return absl::InvalidArgumentError("--keys_file is missing; give the path of the keys file");
  ASSIGN_OR_RETURN(const GatewayOptions gateway_options, GatewayOptionsFromFlags());
  const SystemClock clock;
  const SteadyClock steady_clock;
  ASSIGN_OR_RETURN(const absl::optional<FirstKey> first, MakeFirstKey(keys_file, clock));
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyStore> keys, KeyStore::Open(keys_file, clock));

  ServerMetrics metrics;
  ASSIGN_OR_RETURN(RelayOptions relay_options, RelayOptionsFromFlags());
  relay_options.wall_clock = &clock;
  relay_options.observer = &metrics.relay;
  Relay relay(relay_options, steady_clock);
  RelayServerOptions grpc_options;
  grpc_options.address = absl::GetFlag(FLAGS_grpc_address);
  grpc_options.tls_certificate_path = absl::GetFlag(FLAGS_tls_cert);
  grpc_options.tls_key_path = absl::GetFlag(FLAGS_tls_key);
  KeepCallbackThreads();
  ASSIGN_OR_RETURN(const std::unique_ptr<RelayServer> grpc,
                   RelayServer::Start(grpc_options, relay, *keys, steady_clock));
  ASSIGN_OR_RETURN(const std::unique_ptr<Gateway> gateway,
                   Gateway::Start(gateway_options, {relay, *keys, grpc->streams(), clock, metrics,
                                                    [&grpc] { return grpc->serving(); }}));
  PrintReady(*gateway, *grpc);
  if (first) RETURN_IF_ERROR(WelcomeFirst(*first, *keys, *gateway));
  Log(LogLevel::kInfo, "serving",
      {{"version", kVersion}, {"http", gateway->address().ToString()}, {"grpc", grpc->address().ToString()}});
  WaitForSignal(ending);
  // HTTP stays up meanwhile: /readyz tells load balancers to go elsewhere.
  grpc->Shutdown();
  gateway->Stop();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const sigset_t ending = BlockSignals();
  const std::vector<std::string> arguments = ParseFlags(kUsage, argc, argv);
  if (!arguments.empty()) {
    std::fprintf(stderr, "specrelay_server: unexpected argument %s; see --help\n", arguments[0].c_str());
    return EXIT_FAILURE;
  }
  RouteLibraryLogs();
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  RaiseDescriptorLimit();
  const absl::Status status = Run(ending);
  if (status.ok()) return EXIT_SUCCESS;
  std::fprintf(stderr, "specrelay_server: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
