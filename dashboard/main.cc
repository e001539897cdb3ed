// The server: the relay on its gRPC port, and its HTTP port, in one process.
#include <signal.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "dashboard/first_start.h"
#include "dashboard/gateway.h"
#include "nlohmann/json.hpp"
#include "proto/support/callback_threads.h"
#include "proto/support/clock.h"
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
ABSL_FLAG(std::string, web_root, "", "directory of the website's files; this version has none to serve");
ABSL_FLAG(std::string, log_level, "info", "least level that is logged: debug, info, warning or error");

namespace specrelay {
namespace {

constexpr char kUsage[] =
    "Relays typed commands between clients and the local agents of projects.\n"
    "  specrelay_server --keys_file=PATH [--http_address=HOST:PORT] [--grpc_address=HOST:PORT]";
constexpr int kEpochLength = 8;

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

void PrintReady(const Gateway& http, const RelayServer& grpc) {
  const nlohmann::ordered_json line = {
      {"ready", true}, {"http", http.address().ToString()}, {"grpc", grpc.address().ToString()}};
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

absl::Status Run(const sigset_t& ending) {
  ASSIGN_OR_RETURN(const LogLevel level, ParseLogLevel(absl::GetFlag(FLAGS_log_level)));
  SetLogLevel(level);
  const std::string keys_file = absl::GetFlag(FLAGS_keys_file);
  if (keys_file.empty()) return absl::InvalidArgumentError("--keys_file is missing; give the path of the keys file");
  const SystemClock clock;
  ASSIGN_OR_RETURN(const std::string first_key, MakeFirstKey(keys_file, clock));
  if (!first_key.empty()) {
    std::fprintf(stderr, "First start: %s was made, with an admin key that is in %s\n", keys_file.c_str(),
                 first_key.c_str());
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<KeyStore> keys, KeyStore::Open(keys_file, clock));
  if (!absl::GetFlag(FLAGS_web_root).empty()) {
    Log(LogLevel::kWarning, "--web_root is ignored: this version has no website");
  }

  RelayOptions relay_options;
  relay_options.epoch = RandomBase62(kEpochLength);
  Relay relay(relay_options, clock);
  RelayServerOptions grpc_options;
  grpc_options.address = absl::GetFlag(FLAGS_grpc_address);
  grpc_options.tls_certificate_path = absl::GetFlag(FLAGS_tls_cert);
  grpc_options.tls_key_path = absl::GetFlag(FLAGS_tls_key);
  KeepCallbackThreads();
  ASSIGN_OR_RETURN(const std::unique_ptr<RelayServer> grpc, RelayServer::Start(grpc_options, relay, *keys, clock));
  GatewayOptions gateway_options;
  gateway_options.http.address = absl::GetFlag(FLAGS_http_address);
  ASSIGN_OR_RETURN(const std::unique_ptr<Gateway> http,
                   Gateway::Start(gateway_options, {relay, *keys, clock, [&grpc] { return grpc->serving(); }}));
  PrintReady(*http, *grpc);
  Log(LogLevel::kInfo, "serving",
      {{"version", kVersion}, {"http", http->address().ToString()}, {"grpc", grpc->address().ToString()}});
  WaitForSignal(ending);
  // HTTP stays up meanwhile: /readyz tells load balancers to go elsewhere.
  grpc->Shutdown();
  http->Stop();
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
  RaiseDescriptorLimit();
  const absl::Status status = Run(ending);
  if (status.ok()) return EXIT_SUCCESS;
  std::fprintf(stderr, "specrelay_server: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
