#include "dashboard/http/http_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "dashboard/http/turned_away.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kBacklog = 1024;
// So long a connection may wait for its first request even when others find no thread.
constexpr absl::Duration kLeastWait = absl::Seconds(1);

// A thread that has handed its connection to the loop counts for a moment more, in which the connection may need
// another.
ThreadPoolOptions WithRoomToHandOver(ThreadPoolOptions options) {
  options.max_threads *= 2;
  return options;
}

void SetOption(int fd, int level, int option, int value) { setsockopt(fd, level, option, &value, sizeof(value)); }

// The tasks of cpp-httplib, each of which is a new connection.
class Dispatcher final : public httplib::TaskQueue {
 public:
  explicit Dispatcher(std::function<void(std::function<void()>)> dispatch) : dispatch_(std::move(dispatch)) {}

  void enqueue(std::function<void()> task) override { dispatch_(std::move(task)); }
  void shutdown() override {}

 private:
  const std::function<void(std::function<void()>)> dispatch_;
};

// Set where a task runs on the accepting thread, because there is no room for it.
thread_local bool no_room = false;

std::string NoThreadAnswer() {
  const HttpResponse response = NoRoomResponse("there are as many connections as may be; try again in a moment");
  std::string answer = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) absl::StrAppend(&answer, name, ": ", value, "\r\n");
  absl::StrAppend(&answer, "Content-Length: ", response.body.size(), "\r\n\r\n", response.body);
  return answer;
}

}  // namespace

HttpServer::HttpServer(HttpServerOptions options, ListenAddress address)
    : options_(std::move(options)),
      address_(std::move(address)),
      table_(options_.max_streams),
      streams_({options_.connections.write_timeout, options_.connections.min_bytes_per_second}),
      pool_(WithRoomToHandOver(options_.threads)) {}

HttpServer::~HttpServer() { Stop(); }

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(HttpServerOptions options, RequestHandlers handlers) {
  ASSIGN_OR_RETURN(ListenAddress address, ParseListenAddress(options.address));
  std::unique_ptr<HttpServer> http(new HttpServer(std::move(options), std::move(address)));
  HttpServer* self = http.get();
  ASSIGN_OR_RETURN(self->httplib_, HttplibServer::Make(self->options_.tls_certificate_path, self->options_.tls_key_path,
                                                       [self](int fd) { self->OnConnection(fd); }));
  const int crowd = self->options_.threads.max_threads * 3 / 4;
  self->context_.reset(new ConnectionContext{self->options_.connections, std::move(handlers), *self->httplib_,
                                             self->table_, self->streams_,
                                             [self, crowd] { return self->connections() > crowd; }});
  self->requests_ = std::make_unique<RequestLoop>(RequestLoopOptions{
      self->options_.connections.idle_timeout, self->options_.connections.pending_timeout,
      [self](std::unique_ptr<Connection> connection) { self->ServeOnThread(std::move(connection)); }});
  self->turned_away_ = std::make_unique<TurnedAway>(self->httplib_->tls() == nullptr ? NoThreadAnswer() : "");
  RETURN_IF_ERROR(self->Listen());
  return http;
}

absl::Status HttpServer::Listen() {
  RETURN_IF_ERROR(CheckCanListen(address_));
  httplib::Server& server = httplib_->server();
  server.new_task_queue = [this] {
    return new Dispatcher([this](std::function<void()> task) { Dispatch(std::move(task)); });
  };
  int listener = -1;
  // cpp-httplib's own options would share the port with any other process of this user.
  server.set_socket_options([&listener](socket_t socket) {
    SetOption(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    SetOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);  // accepted sockets inherit it
    listener = socket;
  });
  const int port = address_.port == 0                                  ? server.bind_to_any_port(address_.host)
                   : server.bind_to_port(address_.host, address_.port) ? address_.port
                                                                       : -1;
  if (port < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", options_.address, "; choose another with --http_address"));
  }
  address_.port = port;
  // bind listens with a backlog of 5, which a page with its six connections fills.
  listen(listener, kBacklog);
  thread_ = std::thread([this] { httplib_->server().listen_after_bind(); });
  return absl::OkStatus();
}

void HttpServer::Dispatch(std::function<void()> task) {
  if (connections() < options_.threads.max_threads && pool_.TryRun(task)) return;
  no_room = true;
  task();
  no_room = false;
}

void HttpServer::OnConnection(int fd) {
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  if (!no_room) return Serve(std::make_unique<Connection>(fd, *context_));
  ++turned_away_count_;
  turned_away_->Take(fd);
  table_.EndOldestWaiting(kLeastWait);
}

void HttpServer::Serve(std::unique_ptr<Connection> connection) {
  if (connection->Serve() == Connection::State::kPending) requests_->Take(std::move(connection));
}

void HttpServer::ServeOnThread(std::unique_ptr<Connection> connection) {
  // Shared because work is copyable.
  const auto held = std::make_shared<std::unique_ptr<Connection>>(std::move(connection));
  if (pool_.TryRun([this, held] { Serve(std::move(*held)); })) return;
  ++turned_away_count_;
  if (const int fd = (*held)->TakeSocket(); fd >= 0) turned_away_->Take(fd);
}

HttpServerLoad HttpServer::load() const {
  return {table_.connections(), table_.streams(), pool_.threads(), turned_away_count_.load()};
}

bool HttpServer::FinishRequests(absl::Time latest) {
  // A connection may go from a thread to the loop and back.
  do {
    if (!requests_->WaitUntilEmpty(latest - absl::Now()) || !pool_.AwaitIdle(latest - absl::Now())) return false;
  } while (requests_->connections() > 0);
  return pool_.Close(latest - absl::Now());
}

void HttpServer::Stop() {
  if (!thread_.joinable()) return;
  table_.BeginStop();
  // A stop before the accepting thread runs would be forgotten.
  while (!httplib_->server().is_running()) std::this_thread::yield();
  httplib_->server().stop();
  thread_.join();
  const absl::Time latest = absl::Now() + options_.stop_timeout;
  const bool answered = FinishRequests(latest);
  if (!streams_.WaitUntilEmpty(latest - absl::Now()) || !answered) {
    Log(LogLevel::kWarning, "ending HTTP connections", {{"connections", absl::StrCat(table_.connections())}});
    table_.EndAll();
    pool_.Close(absl::InfiniteDuration());
    requests_->WaitUntilEmpty(absl::InfiniteDuration());
    streams_.WaitUntilEmpty(absl::InfiniteDuration());
  }
}

}  // namespace specrelay
