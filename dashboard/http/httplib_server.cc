#include "dashboard/http/httplib_server.h"

#include <fcntl.h>

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr size_t kWriteBufferBytes = 64 << 10;

using Send = absl::FunctionRef<bool(absl::string_view bytes)>;

// What process_request reads is a request made up here: it has nothing left in it that cpp-httplib would act on by
// itself (ranges, compression, forms) or match with regular expressions, which recurse. What it writes is buffered, so
// that head and body leave together.
class ResponseOnlyStream final : public httplib::Stream {
 public:
  // `send` is given what is written until it has failed once, and must outlive the stream.
  ResponseOnlyStream(const ResponseDelivery& delivery, Send send)
      : send_(send),
        request_(absl::StrCat(delivery.head_only ? "HEAD" : "GET", " / HTTP/1.1\r\n",
                              delivery.keep_alive ? "" : "Connection: close\r\n", "\r\n")) {}

  bool is_readable() const override { return !request_.empty(); }
  bool is_writable() const override { return !failed_; }

  ssize_t read(char* buffer, size_t size) override {
    const size_t count = std::min(size, request_.size());
    std::copy_n(request_.begin(), count, buffer);
    request_.erase(0, count);
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, size_t size) override {
    const absl::string_view text(bytes, size);
    if (buffer_.size() + size <= kWriteBufferBytes) {
      buffer_.append(text.data(), text.size());
    } else if (!Flush() || !Pass(text)) {
      return -1;
    }
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }

  // Whether all that was written has been sent.
  bool Flush() { return Pass(std::exchange(buffer_, std::string())); }

 private:
  bool Pass(absl::string_view bytes) {
    failed_ = failed_ || !send_(bytes);
    return !failed_;
  }

  const Send send_;
  std::string request_;
  std::string buffer_;
  bool failed_ = false;
};

// What this thread writes. cpp-httplib gives its handlers no way to tell which connection they serve.
thread_local HttpResponse* current_response = nullptr;

void FillResponse(HttpResponse& response, httplib::Response& filled) {
  filled.status = response.status;
  for (const auto& [name, value] : response.headers) {
    // Neither may end the header early.
    if (name.find_first_of("\r\n") == std::string::npos && value.find_first_of("\r\n") == std::string::npos) {
      filled.headers.emplace(name, value);
    }
  }
  if (response.stream == nullptr) {
    filled.body = std::move(response.body);
    return;
  }
  const std::string type = filled.get_header_value("Content-Type");
  filled.headers.erase("Content-Type");  // is set anew
  // Others send the body. Asked for it, this refuses: nothing follows the head.
  filled.set_chunked_content_provider(type, [](size_t, httplib::DataSink&) { return false; });
}

// Headers that cpp-httplib adds unasked.
void TidyHeaders(httplib::Response& response) {
  response.headers.erase("Accept-Ranges");
  response.headers.erase("Keep-Alive");
  // These have no body, not an empty one.
  if (response.status == 204 || response.status == 304) response.headers.erase("Content-Length");
}

template <typename Base>
class HttplibServerOf final : public HttplibServer, private Base {
 public:
  template <typename... Arguments>
  explicit HttplibServerOf(ConnectionHandler handler, Arguments... arguments)
      : Base(arguments...), handler_(std::move(handler)) {
    this->set_pre_routing_handler([](const httplib::Request&, httplib::Response& response) {
      FillResponse(*current_response, response);
      return httplib::Server::HandlerResponse::Handled;
    });
    this->set_post_routing_handler([](const httplib::Request&, httplib::Response& response) { TidyHeaders(response); });
  }

  httplib::Server& server() override { return *this; }

  SSL_CTX* tls() override {
    if constexpr (std::is_same_v<Base, httplib::SSLServer>) return this->ssl_context();
    return nullptr;
  }

  bool WriteTo(httplib::Stream& stream, HttpResponse response, bool keep_alive) override {
    const bool others_send_body = response.stream != nullptr;
    current_response = &response;
    bool closed = false;
    const bool written = this->process_request(stream, !keep_alive, closed, nullptr);
    current_response = nullptr;
    return written || others_send_body;
  }

 private:
  bool process_and_close_socket(socket_t socket) override {
    handler_(socket);
    return true;
  }

  const ConnectionHandler handler_;
};

}  // namespace

bool HttplibServer::Write(HttpResponse response, const ResponseDelivery& delivery, Transport& transport) {
  const auto send = [&](absl::string_view bytes) {
    return transport.Write(bytes, delivery.DeadlineFor(bytes.size())) == IoResult::kDone;
  };
  ResponseOnlyStream stream(delivery, send);
  return WriteTo(stream, std::move(response), delivery.keep_alive) && stream.Flush();
}

absl::optional<std::string> HttplibServer::Text(HttpResponse response, const ResponseDelivery& delivery) {
  std::string text;
  const auto append = [&text](absl::string_view bytes) {
    text.append(bytes.data(), bytes.size());
    return true;
  };
  ResponseOnlyStream stream(delivery, append);
  if (!WriteTo(stream, std::move(response), delivery.keep_alive) || !stream.Flush()) return absl::nullopt;
  return text;
}

absl::StatusOr<std::unique_ptr<HttplibServer>> HttplibServer::Make(const std::string& tls_certificate_path,
                                                                   const std::string& tls_key_path,
                                                                   ConnectionHandler handler) {
  if (tls_certificate_path.empty() != tls_key_path.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate and its key; give both or neither");
  }
  if (tls_certificate_path.empty()) {
    return std::make_unique<HttplibServerOf<httplib::Server>>(std::move(handler));
  }
  auto server = std::make_unique<HttplibServerOf<httplib::SSLServer>>(std::move(handler), tls_certificate_path.c_str(),
                                                                      tls_key_path.c_str());
  if (!server->server().is_valid()) {
    return absl::InvalidArgumentError(absl::StrCat("the certificate ", tls_certificate_path, " and the key ",
                                                   tls_key_path,
                                                   " cannot be used; both must be PEM and belong together"));
  }
  SSL_CTX_set_min_proto_version(server->tls(), TLS1_2_VERSION);
  SSL_CTX_set_options(server->tls(), SSL_OP_NO_RENEGOTIATION);
  return server;
}

}  // namespace specrelay
