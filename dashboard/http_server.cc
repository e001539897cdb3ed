#include "dashboard/http_server.h"

#include <httplib.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <exception>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kBacklog = 1024;
constexpr char kJson[] = "application/json";

void AnswerJson(httplib::Response& response, int status, const nlohmann::ordered_json& body) {
  response.status = status;
  response.set_content(body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), kJson);
}

void AnswerError(httplib::Response& response, int status, absl::string_view message) {
  AnswerJson(response, status, {{"error", std::string(message)}});
}

// Shapes by which two servers in a row could read one request as two, or by which a body escapes its limit.
absl::string_view RefusalOf(const httplib::Request& request) {
  if (request.has_header("Transfer-Encoding")) return "Transfer-Encoding is not accepted; send a Content-Length";
  if (request.has_header("Content-Encoding")) return "Content-Encoding is not accepted; send the body as it is";
  const bool may_have_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (may_have_body && !request.has_header("Content-Length")) return "a Content-Length is required with this method";
  if (request.get_header_value_count("Content-Length") > 1) return "there is more than one Content-Length";
  if (!may_have_body && request.has_header("Content-Length") && request.get_header_value("Content-Length") != "0") {
    return "a body is not accepted with this method";
  }
  return "";
}

void SetOption(int fd, int level, int option, int value) { setsockopt(fd, level, option, &value, sizeof(value)); }

void Configure(httplib::Server& server, const HttpServerOptions& options) {
  server.set_payload_max_length(options.max_body_bytes);
  const timeval timeout = absl::ToTimeval(options.read_timeout);
  server.set_read_timeout(timeout.tv_sec, timeout.tv_usec);
  server.set_write_timeout(timeout.tv_sec, timeout.tv_usec);
  server.set_keep_alive_timeout(timeout.tv_sec);
  server.set_tcp_nodelay(true);
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    const absl::string_view refusal = RefusalOf(request);
    if (refusal.empty()) return httplib::Server::HandlerResponse::Unhandled;
    AnswerError(response, 400, refusal);
    response.set_header("Connection", "close");
    return httplib::Server::HandlerResponse::Handled;
  });
  server.set_exception_handler([](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
    Log(LogLevel::kError, "HTTP handler threw");
    AnswerError(response, 500, "the server failed; its log says more");
  });
  server.set_error_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!response.body.empty()) return;
    const std::string message = response.status == 404
                                    ? absl::StrCat("there is nothing at ", request.path)
                                    : absl::StrCat("the request was refused with status ", response.status);
    AnswerError(response, response.status, message);
  });
}

}  // namespace

HttpServer::HttpServer(ListenAddress address) : address_(std::move(address)), server_(new httplib::Server) {}

HttpServer::~HttpServer() { Stop(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                              std::function<bool()> ready) {
  ASSIGN_OR_RETURN(ListenAddress address, ParseListenAddress(options.address));
  std::unique_ptr<HttpServer> http(new HttpServer(std::move(address)));
  Configure(*http->server_, options);
  http->server_->Get("/healthz", [](const httplib::Request&, httplib::Response& response) {
    AnswerJson(response, 200, {{"status", "ok"}});
  });
  http->server_->Get("/readyz", [ready = std::move(ready)](const httplib::Request&, httplib::Response& response) {
    if (ready()) return AnswerJson(response, 200, {{"status", "ready"}});
    AnswerError(response, 503, "the server is going down; try again in a moment");
  });
  RETURN_IF_ERROR(http->Listen(options));
  return http;
}

absl::Status HttpServer::Listen(const HttpServerOptions& options) {
  RETURN_IF_ERROR(CheckCanListen(address_));
  socket_t listener = -1;
  // httplib's own options would share the port with any other process of this user.
  server_->set_socket_options([&listener](socket_t socket) {
    SetOption(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    SetOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    listener = socket;
  });
  const int port = address_.port == 0 ? server_->bind_to_any_port(address_.host.c_str())
                   : server_->bind_to_port(address_.host.c_str(), address_.port) ? address_.port
                                                                                 : -1;
  if (port < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", options.address, "; choose another with --http_address"));
  }
  address_.port = port;
  // bind listens with a backlog of 5, which a page with its six connections fills.
  listen(listener, kBacklog);
  thread_ = std::thread([this] { server_->listen_after_bind(); });
  return absl::OkStatus();
}

void HttpServer::Stop() {
  if (!thread_.joinable()) return;
  // A stop before the accepting thread runs would be forgotten.
  while (!server_->is_running()) std::this_thread::yield();
  server_->stop();
  thread_.join();
}

}  // namespace specrelay
