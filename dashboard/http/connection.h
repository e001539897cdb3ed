// One connection: reads requests, has them answered, writes the answers.
#ifndef SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_
#define SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "dashboard/http/connection_table.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/httplib_server.h"
#include "dashboard/http/request_head.h"
#include "dashboard/http/stream_loop.h"
#include "dashboard/http/transport.h"

namespace specrelay {

struct ConnectionOptions {
  RequestLimits limits;
  // Of all connections together; beyond it 503. Bodies wait in memory until they are whole.
  int64_t max_bytes_in_flight = 256 << 20;
  size_t small_body_bytes = 64 << 10;  // a larger one is checked before it is read
  int max_requests = 1000;             // of one connection
  absl::Duration handshake_timeout = absl::Seconds(10);
  absl::Duration head_timeout = absl::Seconds(10);  // from a request's first byte, or the connection's begin
  absl::Duration idle_timeout = absl::Seconds(30);  // between requests
  absl::Duration body_timeout = absl::Seconds(10);  // plus the time that the bytes take at the least rate
  absl::Duration write_timeout = absl::Seconds(10);
  absl::Duration linger_timeout = absl::Seconds(1);  // for the peer to read why it was refused
  int64_t min_bytes_per_second = 16 << 10;
};

// Whoever answers requests. Thread-safe; may block.
struct RequestHandlers {
  std::function<HttpResponse(HttpRequest& request)> answer;
  // Sees a request without its body, which is large; the answer, when the body need not be read. May be empty.
  std::function<absl::optional<HttpResponse>(const HttpRequest& head, size_t content_length)> refuse_early;
};

// What the connections of a server share.
struct ConnectionContext {
  ConnectionOptions options;
  RequestHandlers handlers;
  HttplibServer& server;
  ConnectionTable& table;
  StreamLoop& streams;
  std::function<bool()> crowded;  // threads are scarce: connections may not idle
  std::atomic<int64_t> bytes_in_flight{0};
};

// Serves a connection until it ends and closes the socket, or until its response is a stream, which is left to
// `context.streams` together with the socket. Blocks; never throws.
void ServeConnection(int fd, ConnectionContext& context);

// {"error": …} with Retry-After: there is no room.
HttpResponse NoRoomResponse(absl::string_view message);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_
