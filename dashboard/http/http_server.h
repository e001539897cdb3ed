// Serves HTTP/1.1, plain or in TLS, with one function that answers every request.
#ifndef SPECRELAY_DASHBOARD_HTTP_HTTP_SERVER_H_
#define SPECRELAY_DASHBOARD_HTTP_HTTP_SERVER_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dashboard/http/connection.h"
#include "dashboard/http/connection_table.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/httplib_server.h"
#include "dashboard/http/request_loop.h"
#include "dashboard/http/stream_loop.h"
#include "dashboard/http/thread_pool.h"
#include "relay/listen_address.h"

namespace specrelay {

struct HttpServerOptions {
  std::string address = "127.0.0.1:8080";  // port 0: any that is free
  std::string tls_certificate_path;        // PEM; both empty: plain text
  std::string tls_key_path;
  ConnectionOptions connections;
  // Each request that blocks holds one, and so does its connection until a request follows that does not. There are
  // no more connections besides streams than there may be threads.
  ThreadPoolOptions threads;
  int max_streams = 10'000;
  absl::Duration stop_timeout = absl::Seconds(5);  // for requests under way
};

struct HttpServerLoad {
  int connections = 0;  // streams included
  int streams = 0;
  int threads = 0;
  int64_t turned_away = 0;  // connections, since the start
};

class TurnedAway;

// Thread-safe. Requests reach the handler only when they are whole and can be read in one way; everything else is
// answered with {"error": …} here. A connection that finds no room is answered 503; should others wait idly for
// their next request, the one that has waited longest is ended then, so that a repetition finds some.
class HttpServer {
 public:
  // Listens and serves. `handlers` must stay callable until Stop() has returned. Fails with INVALID_ARGUMENT (address,
  // certificate) or FAILED_PRECONDITION (port taken); the message is for the person who starts the program.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(HttpServerOptions options, RequestHandlers handlers);

  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  ~HttpServer();

  // Where it listens, with the real port.
  const ListenAddress& address() const { return address_; }

  HttpServerLoad load() const;

  // Idempotent, but only from one thread. In this order:
  //  1. Streams are cancelled, idle connections ended; others end with their next answer.
  //  2. The port closes.
  //  3. Requests under way are answered; connections that are left after `stop_timeout` are ended, and the handlers
  //     that still run waited for.
  void Stop();

 private:
  HttpServer(HttpServerOptions options, ListenAddress address);

  absl::Status Listen();
  void Dispatch(std::function<void()> task);
  void OnConnection(int fd);
  // Blocks.
  void Serve(std::unique_ptr<Connection> connection);
  void ServeOnThread(std::unique_ptr<Connection> connection);
  // Waits for requests under way, and takes no more; whether all have been answered.
  bool FinishRequests(absl::Time latest);
  // Connections that are no streams.
  int connections() const { return pool_.busy_threads() + requests_->connections(); }

  const HttpServerOptions options_;
  ListenAddress address_;
  ConnectionTable table_;
  StreamLoop streams_;
  ThreadPool pool_;
  std::unique_ptr<HttplibServer> httplib_;
  std::unique_ptr<ConnectionContext> context_;
  std::unique_ptr<RequestLoop> requests_;
  std::unique_ptr<TurnedAway> turned_away_;
  std::atomic<int64_t> turned_away_count_{0};
  std::thread thread_;  // accepts connections
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_HTTP_SERVER_H_
