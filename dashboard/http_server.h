// The HTTP port of the server.
#ifndef SPECRELAY_DASHBOARD_HTTP_SERVER_H_
#define SPECRELAY_DASHBOARD_HTTP_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "relay/listen_address.h"

namespace httplib {
class Server;
}  // namespace httplib

namespace specrelay {

struct HttpServerOptions {
  std::string address = "127.0.0.1:8080";  // port 0: any that is free
  size_t max_body_bytes = 1 << 20;
  absl::Duration read_timeout = absl::Seconds(10);  // of each read, also while a connection is idle
};

// Serves /healthz (the process lives) and /readyz (it takes work); everything else is a JSON 404. Thread-safe.
class HttpServer {
 public:
  // Listens and serves. `ready` is called on any thread and must stay callable until Stop() has returned. Fails with
  // INVALID_ARGUMENT (address) or FAILED_PRECONDITION (port taken); the message is for the person who starts the
  // program.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                           std::function<bool()> ready);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // Where it listens, with the real port.
  const ListenAddress& address() const { return address_; }

  // Closes the port and waits for requests under way. Idempotent, but only from one thread.
  void Stop();

 private:
  explicit HttpServer(ListenAddress address);

  absl::Status Listen(const HttpServerOptions& options);

  ListenAddress address_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;  // accepts connections
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_SERVER_H_
