#include "dashboard/http/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "absl/types/variant.h"
#include "dashboard/http/security_headers.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

constexpr size_t kReadBytes = 4096;

// "127.0.0.1" also for a peer of an IPv6 socket that speaks IPv4.
std::string PeerAddress(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  char host[NI_MAXHOST] = "";
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      getnameinfo(reinterpret_cast<sockaddr*>(&address), size, host, sizeof(host), nullptr, 0, NI_NUMERICHOST) != 0) {
    return "";
  }
  absl::string_view text = host;
  absl::ConsumePrefix(&text, "::ffff:");
  return std::string(text);
}

// A share of the bytes that all requests may have in memory.
class ByteReservation {
 public:
  ByteReservation(ConnectionContext& context, size_t bytes) : context_(context), bytes_(static_cast<int64_t>(bytes)) {
    fits_ = context_.bytes_in_flight.fetch_add(bytes_) + bytes_ <= context_.options.max_bytes_in_flight;
  }
  ByteReservation(const ByteReservation&) = delete;
  ByteReservation& operator=(const ByteReservation&) = delete;
  ~ByteReservation() { context_.bytes_in_flight -= bytes_; }

  bool fits() const { return fits_; }

 private:
  ConnectionContext& context_;
  const int64_t bytes_;
  bool fits_ = false;
};

class Connection {
 public:
  Connection(int fd, ConnectionContext& context)
      : fd_(fd),
        context_(context),
        options_(context.options),
        peer_address_(PeerAddress(fd)),
        transport_(MakeTransport(fd, context.server.tls())),
        entry_(std::make_unique<ConnectionTable::Entry>(context.table, fd)) {}

  // Whether the socket now belongs to another.
  bool Serve() {
    if (transport_->Open(DeadlineAfter(options_.handshake_timeout)) != IoResult::kDone) return false;
    for (served_ = 0; served_ < options_.max_requests; ++served_) {
      if (served_ > 0) entry_->SetWaits(true);
      absl::optional<RequestHead> head = ReadHead();
      if (!head) return false;
      head->request.remote_address = peer_address_;
      if (absl::optional<HttpResponse> refusal = RefuseEarly(*head)) {
        Refuse(*std::move(refusal));
        return false;
      }
      const ByteReservation reservation(context_, head->content_length);
      if (!reservation.fits()) {
        Refuse(NoRoomResponse("too many large requests at once; try again in a moment"));
        return false;
      }
      if (!ReadBody(*head)) return false;
      entry_->SetWaits(false);
      switch (Answer(*head)) {
        case Next::kRequest:
          break;
        case Next::kEnd:
          return false;
        case Next::kStream:
          return true;
      }
    }
    return false;
  }

 private:
  // What comes after an answer.
  enum class Next { kRequest, kEnd, kStream };

  // Reads up to the empty line that ends a head; nothing when the connection is over, a refusal having been sent where
  // the peer may read it.
  absl::optional<RequestHead> ReadHead() {
    const size_t end = ReadUntilEmptyLine();
    if (end == 0) return absl::nullopt;
    absl::variant<RequestHead, HeadRefusal> parsed =
        ParseRequestHead(absl::string_view(buffer_).substr(0, end), options_.limits);
    if (const auto* refusal = absl::get_if<HeadRefusal>(&parsed)) {
      Refuse(HttpResponse::Error(refusal->status, refusal->message));
      return absl::nullopt;
    }
    buffer_.erase(0, end);
    return absl::get<RequestHead>(std::move(parsed));
  }

  // Where the head ends in buffer_; 0 when there is none.
  size_t ReadUntilEmptyLine() {
    Deadline deadline = DeadlineAfter(served_ == 0 ? options_.head_timeout : options_.idle_timeout);
    bool begun = !buffer_.empty();
    if (begun) deadline = DeadlineAfter(options_.head_timeout);
    size_t searched = 0;
    while (true) {
      SkipEmptyLines();
      const size_t empty_line = buffer_.find("\r\n\r\n", searched);
      if (empty_line != std::string::npos) return empty_line + 4;
      if (buffer_.size() > options_.limits.max_head_bytes) {
        Refuse(HttpResponse::Error(
            431, absl::StrCat("the headers have more than ", options_.limits.max_head_bytes, " bytes; send fewer")));
        return 0;
      }
      searched = buffer_.size() < 3 ? 0 : buffer_.size() - 3;
      const IoResult result = ReadMore(deadline);
      if (result == IoResult::kTimedOut && begun) {
        Refuse(HttpResponse::Error(408, "the request did not come in time; send it at once"));
      }
      if (result != IoResult::kDone) return 0;
      if (!begun) deadline = DeadlineAfter(options_.head_timeout);
      begun = true;
    }
  }

  // Clients may send an empty line before a request, and some old ones do after a body.
  void SkipEmptyLines() {
    size_t skipped = 0;
    while (absl::string_view(buffer_).substr(skipped, 2) == "\r\n") skipped += 2;
    buffer_.erase(0, skipped);
  }

  bool ReadBody(RequestHead& head) {
    if (head.content_length == 0) return true;
    const Deadline deadline = DeadlineAfter(options_.body_timeout + AtLeastRate(head.content_length));
    if (head.expects_continue && buffer_.empty() &&
        transport_->Write("HTTP/1.1 100 Continue\r\n\r\n", deadline) != IoResult::kDone) {
      return false;
    }
    while (buffer_.size() < head.content_length) {
      const IoResult result = ReadMore(deadline);
      if (result == IoResult::kTimedOut) {
        Refuse(HttpResponse::Error(408, "the body did not come in time; send it again, faster or smaller"));
      }
      if (result != IoResult::kDone) return false;
    }
    head.request.body = buffer_.substr(0, head.content_length);
    buffer_.erase(0, head.content_length);
    return true;
  }

  IoResult ReadMore(Deadline deadline) {
    char bytes[kReadBytes];
    size_t count = 0;
    const IoResult result = transport_->Read(bytes, sizeof(bytes), deadline, count);
    if (result == IoResult::kDone) buffer_.append(bytes, count);
    return result;
  }

  Next Answer(RequestHead& head) {
    HttpResponse response = Handle(head.request);
    std::unique_ptr<ConnectionTable::StreamSlot> slot;
    if (response.stream != nullptr) {
      slot = std::make_unique<ConnectionTable::StreamSlot>(context_.table, response.stream);
      if (!*slot) {
        slot.reset();  // whoever feeds the stream can stop
        response = NoRoomResponse("there are as many live connections as may be; try again in a moment");
      }
    }
    ResponseDelivery delivery = Delivery();
    delivery.head_only = head.request.method == "HEAD";
    delivery.keep_alive = head.keep_alive && served_ + 1 < options_.max_requests && !context_.table.stopping() &&
                          response.stream == nullptr && !context_.crowded();
    const std::shared_ptr<ResponseStream> stream = response.stream;
    if (!context_.server.Write(std::move(response), delivery, *transport_)) return Next::kEnd;
    if (stream != nullptr && !delivery.head_only) {
      context_.streams.Take({fd_, std::move(transport_), std::move(entry_), std::move(slot), stream});
      return Next::kStream;
    }
    if (delivery.keep_alive) return Next::kRequest;
    transport_->EndWrites();
    return Next::kEnd;
  }

  HttpResponse Handle(HttpRequest& request) {
    try {
      return context_.handlers.answer(request);
    } catch (const std::exception&) {
      return Failed();
    }
  }

  absl::optional<HttpResponse> RefuseEarly(const RequestHead& head) {
    if (head.content_length <= options_.small_body_bytes || !context_.handlers.refuse_early) return absl::nullopt;
    try {
      return context_.handlers.refuse_early(head.request, head.content_length);
    } catch (const std::exception&) {
      return Failed();
    }
  }

  // Nothing of the exception: it may quote what nobody else may see.
  static HttpResponse Failed() {
    Log(LogLevel::kError, "HTTP handler threw");
    return HttpResponse::Error(500, "the server failed; its log says more");
  }

  // The last answer of a connection whose input cannot be relied on any more. The peer may still be sending: closing
  // at once would reset the connection, and the answer would be lost.
  void Refuse(HttpResponse response) {
    ResponseDelivery delivery = Delivery();
    delivery.keep_alive = false;
    AddSecurityHeaders(response);
    if (!context_.server.Write(std::move(response), delivery, *transport_)) return;
    transport_->EndWrites();
    const Deadline deadline = DeadlineAfter(options_.linger_timeout);
    char ignored[kReadBytes];
    size_t count = 0;
    while (transport_->Read(ignored, sizeof(ignored), deadline, count) == IoResult::kDone) {
      if (std::chrono::steady_clock::now() > deadline) return;
    }
  }

  ResponseDelivery Delivery() const {
    ResponseDelivery delivery;
    delivery.write_timeout = options_.write_timeout;
    delivery.min_bytes_per_second = options_.min_bytes_per_second;
    return delivery;
  }

  absl::Duration AtLeastRate(size_t bytes) const {
    return absl::Seconds(1) * static_cast<int64_t>(bytes) / options_.min_bytes_per_second;
  }

  const int fd_;
  ConnectionContext& context_;
  const ConnectionOptions& options_;
  const std::string peer_address_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<ConnectionTable::Entry> entry_;
  std::string buffer_;  // what was read and not used yet
  int served_ = 0;
};

}  // namespace

HttpResponse NoRoomResponse(absl::string_view message) {
  HttpResponse response = HttpResponse::Error(503, message);
  response.SetHeader("Retry-After", "1");
  return response;
}

void ServeConnection(int fd, ConnectionContext& context) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (!Connection(fd, context).Serve()) close(fd);
}

}  // namespace specrelay
