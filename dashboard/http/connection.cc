#include "dashboard/http/connection.h"

#include <arpa/inet.h>
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

// Nothing of the exception: it may quote what nobody else may see.
HttpResponse ServerFailed() {
  Log(LogLevel::kError, "HTTP handler threw");
  return HttpResponse::Error(500, "the server failed; its log says more");
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

// Stands for a request whose handler threw.
class FailedResponse final : public PendingResponse {
 public:
  void Begin(std::function<void()> ready) override { ready(); }
  bool IsLarge() const override { return false; }
  HttpResponse Finish() override { return ServerFailed(); }
};

}  // namespace

Connection::Connection(int fd, ConnectionContext& context)
    : fd_(fd),
      context_(context),
      options_(context.options),
      peer_address_(PeerAddress(fd)),
      transport_(MakeTransport(fd, context.server.tls())),
      entry_(std::make_unique<ConnectionTable::Entry>(context.table, fd)) {}

Connection::~Connection() {
  if (transport_ == nullptr) return;  // a stream has taken all
  entry_.reset();
  transport_.reset();
  close(fd_);
}

Connection::State Connection::Serve() {
  if (!std::exchange(open_, true) && transport_->Open(DeadlineAfter(options_.handshake_timeout)) != IoResult::kDone) {
    return State::kEnded;
  }
  if (!FinishAnswering()) return State::kEnded;
  while (true) {
    absl::optional<RequestHead> head = ReadHead();
    if (!head) return State::kEnded;
    if (Begin(*head)) return State::kPending;
    if (absl::optional<HttpResponse> refusal = RefuseEarly(*head)) {
      Refuse(*std::move(refusal));
      return State::kEnded;
    }
    const ByteReservation reservation(context_, head->content_length);
    if (!reservation.fits()) {
      Refuse(NoRoomResponse("too many large requests at once; try again in a moment"));
      return State::kEnded;
    }
    if (!ReadBody(*head)) return State::kEnded;
    entry_->SetWaits(false);
    if (!Answer(*head)) return State::kEnded;
  }
}

Connection::State Connection::TryServe() {
  size_t end = FindHeadEnd();
  size_t read = 0;  // empty lines too, of which there may be no end
  while (end == 0 && read <= options_.limits.max_head_bytes) {
    char bytes[kReadBytes];
    size_t count = 0;
    const IoProgress progress = transport_->ReadSome(bytes, sizeof(bytes), count);
    if (progress == IoProgress::kClosed) return State::kEnded;
    // The rest of a head is waited for with deadlines, and so is what TLS has to write before it can read.
    if (progress != IoProgress::kDone) {
      return buffer_.empty() && progress == IoProgress::kAwaitsReadable ? State::kWaits : State::kBlocks;
    }
    buffer_.append(bytes, count);
    read += count;
    end = FindHeadEnd();
  }
  if (end == 0) return State::kBlocks;
  absl::variant<RequestHead, HeadRefusal> parsed = ParseHead(end);
  auto* head = absl::get_if<RequestHead>(&parsed);
  // A thread reads it again, to refuse it or to answer it.
  if (head == nullptr || !Begin(*head)) return State::kBlocks;
  TakeFront(end);
  return State::kPending;
}

void Connection::BeginPending(std::function<void()> ready) {
  try {
    pending_->Begin(ready);
  } catch (const std::exception&) {
    pending_ = std::make_unique<FailedResponse>();
    ready();
  }
}

Connection::State Connection::TryAnswer() {
  if (pending_->IsLarge()) return State::kBlocks;
  HttpResponse response = FinishPending();
  SetDelivery();
  const absl::optional<std::string> text = context_.server.Text(std::move(response), delivery_);
  if (!text.has_value()) return State::kEnded;
  absl::string_view left = *text;
  const IoProgress progress = transport_->WriteSome(left);
  if (progress == IoProgress::kClosed) return State::kEnded;
  if (progress == IoProgress::kDone) return AfterAnswer(delivery_) ? TryServe() : State::kEnded;
  unsent_ = std::string(left);
  return State::kBlocks;
}

int Connection::TakeSocket() {
  if (!unsent_.empty() || context_.server.tls() != nullptr) return -1;
  entry_.reset();
  transport_.reset();
  return fd_;
}

// What TryAnswer() has left.
bool Connection::FinishAnswering() {
  if (pending_ != nullptr) {
    HttpResponse response = FinishPending();
    SetDelivery();
    return context_.server.Write(std::move(response), delivery_, *transport_) && AfterAnswer(delivery_);
  }
  if (unsent_.empty()) return true;
  const std::string text = std::exchange(unsent_, std::string());
  return transport_->Write(text, delivery_.DeadlineFor(text.size())) == IoResult::kDone && AfterAnswer(delivery_);
}

void Connection::SetDelivery() {
  delivery_ = Delivery(keep_alive_);
  delivery_.head_only = head_only_;
}

bool Connection::Begin(RequestHead& head) {
  if (head.content_length > 0 || context_.handlers.begin == nullptr) return false;
  head_only_ = head.request.method == "HEAD";
  keep_alive_ = head.keep_alive;
  try {
    pending_ = context_.handlers.begin(head.request);
  } catch (const std::exception&) {
    pending_ = std::make_unique<FailedResponse>();
  }
  if (pending_ == nullptr) return false;
  entry_->SetWaits(false);
  return true;
}

// Reads up to the empty line that ends a head; nothing when the connection is over, a refusal having been sent where
// the peer may read it.
absl::optional<RequestHead> Connection::ReadHead() {
  const size_t end = ReadUntilEmptyLine();
  if (end == 0) return absl::nullopt;
  absl::variant<RequestHead, HeadRefusal> parsed = ParseHead(end);
  if (const auto* refusal = absl::get_if<HeadRefusal>(&parsed)) {
    Refuse(HttpResponse::Error(refusal->status, refusal->message));
    return absl::nullopt;
  }
  TakeFront(end);
  return absl::get<RequestHead>(std::move(parsed));
}

// Where the head ends in buffer_; 0 when there is none.
size_t Connection::ReadUntilEmptyLine() {
  Deadline deadline = DeadlineAfter(served_ == 0 ? options_.head_timeout : options_.idle_timeout);
  bool begun = !buffer_.empty();
  if (begun) deadline = DeadlineAfter(options_.head_timeout);
  while (true) {
    if (const size_t end = FindHeadEnd(); end > 0) return end;
    if (buffer_.size() > options_.limits.max_head_bytes) {
      Refuse(HttpResponse::Error(
          431, absl::StrCat("the headers have more than ", options_.limits.max_head_bytes, " bytes; send fewer")));
      return 0;
    }
    const IoResult result = ReadMore(deadline);
    if (result == IoResult::kTimedOut && begun) {
      Refuse(HttpResponse::Error(408, "the request did not come in time; send it at once"));
    }
    if (result != IoResult::kDone) return 0;
    if (!begun) deadline = DeadlineAfter(options_.head_timeout);
    begun = true;
  }
}

// The same of what has been read. Empty lines before the head go: clients may send one before a request, and some old
// ones do after a body.
size_t Connection::FindHeadEnd() {
  size_t skipped = 0;
  while (absl::string_view(buffer_).substr(skipped, 2) == "\r\n") skipped += 2;
  if (skipped > 0) TakeFront(skipped);
  constexpr absl::string_view kEmptyLine = "\r\n\r\n";
  const size_t empty_line = absl::string_view(buffer_).find(kEmptyLine, searched_);
  if (empty_line != std::string::npos) return empty_line + kEmptyLine.size();
  searched_ = buffer_.size() - std::min(buffer_.size(), kEmptyLine.size() - 1);
  return 0;
}

absl::variant<RequestHead, HeadRefusal> Connection::ParseHead(size_t end) const {
  absl::variant<RequestHead, HeadRefusal> parsed =
      ParseRequestHead(absl::string_view(buffer_).substr(0, end), options_.limits);
  if (auto* head = absl::get_if<RequestHead>(&parsed)) head->request.remote_address = peer_address_;
  return parsed;
}

std::string Connection::TakeFront(size_t size) {
  std::string rest = buffer_.substr(size);
  buffer_.resize(size);
  searched_ = 0;
  return std::exchange(buffer_, std::move(rest));
}

bool Connection::ReadBody(RequestHead& head) {
  if (head.content_length == 0) return true;
  const Deadline deadline =
      DeadlineAfter(options_.body_timeout +
                    absl::Seconds(1) * static_cast<int64_t>(head.content_length) / options_.min_bytes_per_second);
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
  head.request.body = TakeFront(head.content_length);
  return true;
}

IoResult Connection::ReadMore(Deadline deadline) {
  char bytes[kReadBytes];
  size_t count = 0;
  const IoResult result = transport_->Read(bytes, sizeof(bytes), deadline, count);
  if (result == IoResult::kDone) buffer_.append(bytes, count);
  return result;
}

bool Connection::Answer(RequestHead& head) {
  HttpResponse response = Handle(head.request);
  std::unique_ptr<ConnectionTable::StreamSlot> slot;
  if (response.stream != nullptr) {
    slot = std::make_unique<ConnectionTable::StreamSlot>(context_.table, response.stream);
    if (!*slot) {
      slot.reset();  // whoever feeds the stream can stop
      response = NoRoomResponse("there are as many live connections as may be; try again in a moment");
    }
  }
  const std::shared_ptr<ResponseStream> stream = response.stream;
  ResponseDelivery delivery = Delivery(head.keep_alive && stream == nullptr);
  delivery.head_only = head.request.method == "HEAD";
  if (!context_.server.Write(std::move(response), delivery, *transport_)) return false;
  if (stream != nullptr && !delivery.head_only) {
    context_.streams.Take({fd_, std::move(transport_), std::move(entry_), std::move(slot), stream});
    return false;
  }
  return AfterAnswer(delivery);
}

bool Connection::AfterAnswer(const ResponseDelivery& delivery) {
  if (!delivery.keep_alive) {
    transport_->EndWrites();
    return false;
  }
  ++served_;
  entry_->SetWaits(true);
  return true;
}

HttpResponse Connection::Handle(HttpRequest& request) {
  try {
    return context_.handlers.answer(request);
  } catch (const std::exception&) {
    return ServerFailed();
  }
}

HttpResponse Connection::FinishPending() {
  const std::unique_ptr<PendingResponse> pending = std::move(pending_);
  try {
    return pending->Finish();
  } catch (const std::exception&) {
    return ServerFailed();
  }
}

absl::optional<HttpResponse> Connection::RefuseEarly(const RequestHead& head) {
  if (head.content_length <= options_.small_body_bytes || !context_.handlers.refuse_early) return absl::nullopt;
  try {
    return context_.handlers.refuse_early(head.request, head.content_length);
  } catch (const std::exception&) {
    return ServerFailed();
  }
}

// The peer may still be sending: closing at once would reset the connection, and the answer would be lost.
void Connection::Refuse(HttpResponse response) {
  AddSecurityHeaders(response);
  if (!context_.server.Write(std::move(response), Delivery(/*keep_alive=*/false), *transport_)) return;
  transport_->EndWrites();
  const Deadline deadline = DeadlineAfter(options_.linger_timeout);
  char ignored[kReadBytes];
  size_t count = 0;
  while (transport_->Read(ignored, sizeof(ignored), deadline, count) == IoResult::kDone) {
    if (std::chrono::steady_clock::now() > deadline) return;
  }
}

ResponseDelivery Connection::Delivery(bool keep_alive) const {
  ResponseDelivery delivery;
  delivery.keep_alive =
      keep_alive && served_ + 1 < options_.max_requests && !context_.table.stopping() && !context_.crowded();
  delivery.write_timeout = options_.write_timeout;
  delivery.min_bytes_per_second = options_.min_bytes_per_second;
  return delivery;
}

HttpResponse NoRoomResponse(absl::string_view message) {
  HttpResponse response = HttpResponse::Error(503, message);
  response.SetHeader("Retry-After", "1");
  return response;
}

}  // namespace specrelay
