// One connection: reads requests, has them answered, writes the answers.
#ifndef SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_
#define SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/variant.h"
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
  absl::Duration linger_timeout = absl::Seconds(1);    // for the peer to read why it was refused
  absl::Duration pending_timeout = absl::Seconds(60);  // for responses that come about elsewhere
  int64_t min_bytes_per_second = 16 << 10;
};

// Whoever answers requests. Thread-safe.
struct RequestHandlers {
  // May block.
  std::function<HttpResponse(HttpRequest& request)> answer;
  // Sees a request without its body, which is large; the answer, when the body need not be read. May be empty.
  std::function<absl::optional<HttpResponse>(const HttpRequest& head, size_t content_length)> refuse_early = nullptr;
  // Takes a request without a body whose response comes about without blocking; nullptr, the request being as it was,
  // when it is for `answer`. Does not block. May be empty.
  std::function<std::unique_ptr<PendingResponse>(HttpRequest& request)> begin = nullptr;
};

// What the connections of a server share.
struct ConnectionContext {
  ConnectionOptions options;
  RequestHandlers handlers;
  HttplibServer& server;
  ConnectionTable& table;
  StreamLoop& streams;
  std::function<bool()> crowded;  // there are many: connections may not idle
  std::atomic<int64_t> bytes_in_flight{0};
};

// Used by one thread at a time, one that may block or the RequestLoop's; each goes on where the other has left off.
// Never throws.
class Connection {
 public:
  // What is to come next.
  enum class State {
    kEnded,    // nothing; StreamLoop may have the socket now
    kWaits,    // TryServe(), when the client has sent something
    kPending,  // BeginPending(), and TryAnswer() when that is ready
    kBlocks,   // Serve()
  };

  // Owns the socket, which must be non-blocking. `context` must outlive the connection.
  Connection(int fd, ConnectionContext& context);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  int fd() const { return fd_; }

  // Serves, blocking, until the connection has ended or a request is pending.
  State Serve();

  // These do not block.
  // Reads a request, and begins it if it can be answered without blocking.
  State TryServe();
  // `ready` as of PendingResponse; it may be called twice.
  void BeginPending(std::function<void()> ready);
  // Sends the response, ready or not, and goes on with the next request.
  State TryAnswer();
  // Gives up the socket, of a connection that could go on, for a last answer to be written to it as it is; -1, the
  // connection having ended, when it is at another answer or in TLS.
  int TakeSocket();

 private:
  absl::optional<RequestHead> ReadHead();
  size_t ReadUntilEmptyLine();
  size_t FindHeadEnd();
  absl::variant<RequestHead, HeadRefusal> ParseHead(size_t end) const;
  // The first bytes of what was read, which keeps no more memory than the rest needs.
  std::string TakeFront(size_t size);
  bool ReadBody(RequestHead& head);
  IoResult ReadMore(Deadline deadline);
  bool Begin(RequestHead& head);
  // These tell whether the connection goes on.
  bool FinishAnswering();
  bool Answer(RequestHead& head);
  bool AfterAnswer(const ResponseDelivery& delivery);

  HttpResponse Handle(HttpRequest& request);
  HttpResponse FinishPending();
  void SetDelivery();
  absl::optional<HttpResponse> RefuseEarly(const RequestHead& head);
  // The last answer of a connection whose input cannot be relied on any more.
  void Refuse(HttpResponse response);
  ResponseDelivery Delivery(bool keep_alive) const;

  int fd_;
  ConnectionContext& context_;
  const ConnectionOptions& options_;
  const std::string peer_address_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<ConnectionTable::Entry> entry_;
  bool open_ = false;    // to requests
  std::string buffer_;   // what was read and not used yet
  size_t searched_ = 0;  // of it, without a head's end
  int served_ = 0;

  // Of the request that is pending, and its response.
  std::unique_ptr<PendingResponse> pending_;
  bool head_only_ = false;
  bool keep_alive_ = false;  // as far as the client is concerned
  std::string unsent_;       // what TryAnswer() could not send at once
  ResponseDelivery delivery_;
};

// {"error": …} with Retry-After: there is no room.
HttpResponse NoRoomResponse(absl::string_view message);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_CONNECTION_H_
