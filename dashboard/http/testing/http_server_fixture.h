// A server whose handler does what the path says, in tests.
#ifndef SPECRELAY_DASHBOARD_HTTP_TESTING_HTTP_SERVER_FIXTURE_H_
#define SPECRELAY_DASHBOARD_HTTP_TESTING_HTTP_SERVER_FIXTURE_H_

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/types/optional.h"
#include "dashboard/http/http_server.h"
#include "dashboard/http/testing/raw_http.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {

// Says what it is told to, until it is cancelled.
class FakeStream final : public ResponseStream {
 public:
  void WhenReady(std::function<void()> wake) override {
    absl::MutexLock lock(&mu_);
    wake_ = std::move(wake);
  }

  absl::optional<std::string> Next() override {
    absl::MutexLock lock(&mu_);
    if (cancelled_) return absl::nullopt;
    return std::exchange(text_, std::string());
  }

  void Cancel() override {
    absl::MutexLock lock(&mu_);
    cancelled_ = true;
    if (wake_) wake_();
  }

  void Say(absl::string_view text) {
    absl::MutexLock lock(&mu_);
    absl::StrAppend(&text_, text);
    if (wake_) wake_();
  }

  bool cancelled() {
    absl::MutexLock lock(&mu_);
    return cancelled_;
  }

 private:
  absl::Mutex mu_;
  std::function<void()> wake_ ABSL_GUARDED_BY(mu_);
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  std::string text_ ABSL_GUARDED_BY(mu_);
};

// Echoes what it got; /wait waits for `release_`, /stream streams, /throw throws.
class HttpServerFixture : public testing::Test {
 protected:
  ~HttpServerFixture() override {
    if (!release_.HasBeenNotified()) release_.Notify();
  }

  HttpServerFixture() {
    options_.address = "127.0.0.1:0";
    options_.connections.limits.max_body_bytes = 1000;
    options_.connections.linger_timeout = absl::Milliseconds(100);
  }

  void Start() {
    ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start(options_, {[this](HttpRequest& request) { return Answer(request); },
                                                               early_, begin_}));
  }

  HttpResponse Answer(const HttpRequest& request) {
    ++requests_;
    if (request.path == "/throw") throw std::runtime_error("secret");
    if (request.path == "/wait") release_.WaitForNotification();
    if (request.path == "/empty") return HttpResponse::Empty(204);
    HttpResponse response;
    if (request.path == "/large") response.body.assign(8 << 20, 'x');
    response.SetHeader("Content-Type", "text/plain");
    if (request.path == "/stream") {
      response.stream = stream_;
    } else if (response.body.empty()) {
      response.body = absl::StrCat(request.method, " ", request.path, " ", request.body);
    }
    return response;
  }

  void AwaitNoConnections() const {
    while (server_->load().connections > 0) std::this_thread::yield();
  }

  int port() const { return server_->address().port; }

  HttpServerOptions options_;
  std::function<absl::optional<HttpResponse>(const HttpRequest&, size_t)> early_;
  std::function<std::unique_ptr<PendingResponse>(HttpRequest&)> begin_;
  std::atomic<int> requests_{0};
  absl::Notification release_;
  std::shared_ptr<FakeStream> stream_ = std::make_shared<FakeStream>();
  std::unique_ptr<HttpServer> server_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_TESTING_HTTP_SERVER_FIXTURE_H_
