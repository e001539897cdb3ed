// The servers that the suite is measured against, each the least of its kind.
//
//   reference_server grpc       sends back what comes on a bidirectional stream
//   reference_server http       cpp-httplib, answering every request with the same small body
//   reference_server nats URL   answers requests to the subject "ping" through the NATS server at URL
//
// Prints where it listens, alone on its line ("ready" for nats), and serves until its input ends.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "grpcpp/grpcpp.h"
#include "httplib.h"
#include "nats/nats.h"
#include "tests/bench/ping_pong_service.h"

namespace specrelay {
namespace {

constexpr char kLoopback[] = "127.0.0.1";
constexpr int kHttpThreads = 64;
constexpr size_t kHttpAnswerBytes = 128;

int Fail(const char* what) {
  std::fprintf(stderr, "reference_server: %s\n", what);
  return EXIT_FAILURE;
}

void Announce(const std::string& where) {
  std::printf("%s\n", where.c_str());
  std::fflush(stdout);
}

// Whoever started this ends it by closing the pipe, or by ending itself.
void WaitForEndOfInput() {
  char bytes[64];
  while (read(STDIN_FILENO, bytes, sizeof(bytes)) > 0) {
  }
}

int ServeGrpc() {
  PingPongService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(std::string(kLoopback) + ":0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return Fail("gRPC does not start");
  Announce(std::string(kLoopback) + ":" + std::to_string(port));
  WaitForEndOfInput();
  server->Shutdown(std::chrono::system_clock::now());
  return EXIT_SUCCESS;
}

int ServeHttp() {
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kHttpThreads); };
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_tcp_nodelay(true);
  const std::string body(kHttpAnswerBytes, 'b');
  server.Get("/", [&body](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "application/octet-stream");
  });
  const int port = server.bind_to_any_port(kLoopback);
  if (port < 0) return Fail("HTTP has no port");
  std::thread listener([&server] { server.listen_after_bind(); });
  Announce(std::string(kLoopback) + ":" + std::to_string(port));
  WaitForEndOfInput();
  server.stop();
  listener.join();
  return EXIT_SUCCESS;
}

void Answer(natsConnection* connection, natsSubscription*, natsMsg* message, void*) {
  natsConnection_Publish(connection, natsMsg_GetReply(message), natsMsg_GetData(message),
                         natsMsg_GetDataLength(message));
  natsMsg_Destroy(message);
}

int ServeNats(const char* url) {
  natsOptions* options = nullptr;
  natsConnection* connection = nullptr;
  natsSubscription* subscription = nullptr;
  if (natsOptions_Create(&options) != NATS_OK || natsOptions_SetURL(options, url) != NATS_OK ||
      natsOptions_SetSendAsap(options, true) != NATS_OK || natsConnection_Connect(&connection, options) != NATS_OK ||
      natsConnection_Subscribe(&subscription, connection, "ping", Answer, nullptr) != NATS_OK ||
      natsConnection_Flush(connection) != NATS_OK) {
    return Fail("the NATS server cannot be reached");
  }
  Announce("ready");
  WaitForEndOfInput();
  natsSubscription_Destroy(subscription);
  natsConnection_Destroy(connection);
  natsOptions_Destroy(options);
  return EXIT_SUCCESS;
}

int Main(int argc, char** argv) {
  const std::string kind = argc > 1 ? argv[1] : "";
  if (kind == "grpc") return ServeGrpc();
  if (kind == "http") return ServeHttp();
  if (kind == "nats" && argc > 2) return ServeNats(argv[2]);
  return Fail("usage: reference_server grpc | http | nats URL");
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
