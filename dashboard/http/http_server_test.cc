#include "dashboard/http/http_server.h"

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

// Says what it is told to, until it is cancelled.
class FakeStream final : public ResponseStream {
 public:
  std::string Next() override {
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(this, &FakeStream::HasNews));
    return std::exchange(text_, std::string());
  }

  void Cancel() override {
    absl::MutexLock lock(&mu_);
    cancelled_ = true;
  }

  void Say(absl::string_view text) {
    absl::MutexLock lock(&mu_);
    absl::StrAppend(&text_, text);
  }

  bool cancelled() {
    absl::MutexLock lock(&mu_);
    return cancelled_;
  }

 private:
  bool HasNews() const { return cancelled_ || !text_.empty(); }

  absl::Mutex mu_;
  bool cancelled_ = false;
  std::string text_;
};

// Echoes what it got; /wait waits for `release_`, /stream streams, /throw throws.
class HttpServerTest : public testing::Test {
 protected:
  ~HttpServerTest() override {
    if (!release_.HasBeenNotified()) release_.Notify();
  }

  HttpServerTest() {
    options_.address = "127.0.0.1:0";
    options_.connections.limits.max_body_bytes = 1000;
    options_.connections.linger_timeout = absl::Milliseconds(100);
  }

  void Start() {
    ASSERT_OK_AND_ASSIGN(server_,
                         HttpServer::Start(options_, [this](HttpRequest& request) { return Answer(request); }));
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

  int port() const { return server_->address().port; }

  HttpServerOptions options_;
  std::atomic<int> requests_{0};
  absl::Notification release_;
  std::shared_ptr<FakeStream> stream_ = std::make_shared<FakeStream>();
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpServerTest, AnswersRequestsOneAfterAnotherOnAConnection) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/a"));
  EXPECT_EQ(connection.ReadResponse().body, "GET /a ");
  connection.Send(RequestText("POST", "/b", "", "text"));
  EXPECT_EQ(connection.ReadResponse().body, "POST /b text");
}

TEST_F(HttpServerTest, RequestsSentAtOnceAreAnsweredInOrder) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("PUT", "/a", "", "one") + RequestText("GET", "/b"));
  EXPECT_EQ(connection.ReadResponse().body, "PUT /a one");
  EXPECT_EQ(connection.ReadResponse().body, "GET /b ");
}

TEST_F(HttpServerTest, HeadHasTheHeadersWithoutTheBody) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("HEAD", "/a") + RequestText("GET", "/b"));
  EXPECT_EQ(connection.ReadResponse(/*to_head=*/true).Header("Content-Length"), "8");
  EXPECT_EQ(connection.ReadResponse().body, "GET /b ");
}

TEST_F(HttpServerTest, NoContentHasNoLength) {
  Start();
  const RawResponse response = Exchange(port(), RequestText("GET", "/empty"));
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.Header("Content-Length"), "");
}

TEST_F(HttpServerTest, ALargeAnswerArrivesWhole) {
  Start();
  EXPECT_EQ(Exchange(port(), RequestText("GET", "/large")).body.size(), 8u << 20);
}

TEST_F(HttpServerTest, NothingIsCompressedUnasked) {
  Start();
  const RawResponse response = Exchange(port(), RequestText("GET", "/a", "Accept-Encoding: br, gzip\r\n"));
  EXPECT_EQ(response.Header("Content-Encoding"), "");
}

TEST_F(HttpServerTest, ARangeIsNoReasonToAnswerInPart) {
  Start();
  const RawResponse response = Exchange(port(), RequestText("GET", "/a", "Range: bytes=0-1\r\n"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "GET /a ");
}

TEST_F(HttpServerTest, ClientsThatWaitForPermissionToSendABodyGetIt) {
  Start();
  RawConnection connection(port());
  connection.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(connection.ReadResponse().status, 100);
  connection.Send("ok");
  EXPECT_EQ(connection.ReadResponse().body, "POST /a ok");
}

TEST_F(HttpServerTest, CloseMeansClose) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/a", "Connection: close\r\n"));
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.Header("Connection"), "close");
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerTest, AConnectionHasItsNumberOfRequests) {
  options_.connections.max_requests = 2;
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/a") + RequestText("GET", "/b"));
  EXPECT_EQ(connection.ReadResponse().Header("Connection"), "");
  EXPECT_EQ(connection.ReadResponse().Header("Connection"), "close");
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerTest, AFailingHandlerTellsNothingOfWhy) {
  Start();
  const RawResponse response = Exchange(port(), RequestText("GET", "/throw"));
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.Error(), HasSubstr("failed"));
  EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
}

TEST_F(HttpServerTest, ABodyOverTheLimitIsRefusedBeforeItIsSent) {
  Start();
  RawConnection connection(port());
  connection.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 413);
  EXPECT_THAT(response.Error(), HasSubstr("1000"));
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerTest, TheRefusalOfABodyIsReadableWhileItIsStillSent) {
  options_.connections.linger_timeout = absl::Seconds(10);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("POST", "/a", "", std::string(1 << 20, 'x')));
  EXPECT_EQ(connection.ReadResponse().status, 413);
}

TEST_F(HttpServerTest, LargeBodiesShareABound) {
  options_.connections.max_bytes_in_flight = 100;
  Start();
  EXPECT_EQ(Exchange(port(), RequestText("POST", "/a", "", std::string(100, 'x'))).status, 200);
  const RawResponse response = Exchange(port(), RequestText("POST", "/a", "", std::string(101, 'x')));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "1");
}

TEST_F(HttpServerTest, AHeadThatTricklesInIsGivenUpAsAWhole) {
  options_.connections.head_timeout = absl::Milliseconds(200);
  Start();
  RawConnection connection(port());
  connection.Send("GET / HTTP/1.1\r\nHos");
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 408);
  EXPECT_THAT(response.Error(), HasSubstr("in time"));
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerTest, ABodyThatDoesNotComeIsGivenUp) {
  options_.connections.body_timeout = absl::Milliseconds(200);
  Start();
  RawConnection connection(port());
  connection.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(connection.ReadResponse().status, 408);
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerTest, AConnectionThatSaysNothingEnds) {
  options_.connections.head_timeout = absl::Milliseconds(100);
  Start();
  RawConnection connection(port());
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerTest, AnIdleConnectionEnds) {
  options_.connections.idle_timeout = absl::Milliseconds(100);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/a"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerTest, AClientThatDoesNotReadIsGivenUp) {
  options_.connections.write_timeout = absl::Milliseconds(100);
  options_.connections.min_bytes_per_second = 1 << 30;
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/large") + RequestText("GET", "/large") + RequestText("GET", "/large"));
  while (server_->load().connections > 0 || requests_ == 0) std::this_thread::yield();
  EXPECT_LT(requests_, 3);
}

TEST_F(HttpServerTest, AStreamGoesOutAsItComes) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/stream"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  stream_->Say("one");
  EXPECT_EQ(connection.ReadSome(), "3\r\none\r\n");
  stream_->Say("second");
  EXPECT_EQ(connection.ReadSome(), "6\r\nsecond\r\n");
  EXPECT_EQ(server_->load().streams, 1);
}

TEST_F(HttpServerTest, AStreamEndsWhenItsClientLeaves) {
  Start();
  {
    RawConnection connection(port());
    connection.Send(RequestText("GET", "/stream"));
    EXPECT_EQ(connection.ReadResponse().status, 200);
    EXPECT_FALSE(stream_->cancelled());
  }
  while (!stream_->cancelled() || server_->load().connections > 0) std::this_thread::yield();
}

TEST_F(HttpServerTest, StreamsBeyondTheirNumberAreToldToComeBack) {
  options_.max_streams = 1;
  Start();
  RawConnection first(port());
  first.Send(RequestText("GET", "/stream"));
  EXPECT_EQ(first.ReadResponse().status, 200);
  const auto kept = std::exchange(stream_, std::make_shared<FakeStream>());
  const RawResponse second = Exchange(port(), RequestText("GET", "/stream"));
  EXPECT_EQ(second.status, 503);
  EXPECT_EQ(second.Header("Retry-After"), "1");
  EXPECT_THAT(second.Error(), HasSubstr("live connections"));
  EXPECT_TRUE(stream_->cancelled());
  EXPECT_FALSE(kept->cancelled());
}

TEST_F(HttpServerTest, ANewConnectionWithoutAThreadIsToldToComeBack) {
  options_.threads.max_threads = 2;
  Start();
  std::vector<RawConnection> busy;
  for (int i = 0; i < 2; ++i) {
    busy.emplace_back(port()).Send(RequestText("GET", "/wait"));
  }
  while (requests_ < 2) std::this_thread::yield();
  for (int i = 0; i < 100; ++i) {
    const RawResponse response = Exchange(port(), RequestText("GET", "/a"));
    ASSERT_EQ(response.status, 503) << i;
    EXPECT_EQ(response.Header("Retry-After"), "1");
    EXPECT_THAT(response.Error(), HasSubstr("try again"));
  }
  EXPECT_EQ(server_->load().turned_away, 100);
  release_.Notify();
  for (RawConnection& connection : busy) EXPECT_EQ(connection.ReadResponse().status, 200);
}

TEST_F(HttpServerTest, SilentConnectionsDoNotKeepOthersOut) {
  options_.threads.max_threads = 4;
  options_.connections.head_timeout = absl::Minutes(5);
  Start();
  std::vector<RawConnection> silent;
  for (int i = 0; i < 4; ++i) silent.emplace_back(port());
  int status = 0;
  while (status != 200) status = Exchange(port(), RequestText("GET", "/a")).status;
  EXPECT_GT(server_->load().turned_away, 0);
}

TEST_F(HttpServerTest, StoppingEndsStreamsAndIdleConnectionsAtOnce) {
  options_.stop_timeout = absl::Minutes(5);
  Start();
  RawConnection streaming(port());
  streaming.Send(RequestText("GET", "/stream"));
  EXPECT_EQ(streaming.ReadResponse().status, 200);
  RawConnection idle(port());
  idle.Send(RequestText("GET", "/a"));
  EXPECT_EQ(idle.ReadResponse().status, 200);
  RawConnection silent(port());
  server_->Stop();
  EXPECT_TRUE(streaming.Ends());
  EXPECT_TRUE(idle.Ends());
  EXPECT_TRUE(silent.Ends());
}

TEST_F(HttpServerTest, StoppingLetsRequestsUnderWayEnd) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/wait"));
  while (requests_ < 1) std::this_thread::yield();
  std::thread stopping([this] { server_->Stop(); });
  release_.Notify();
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 200);
  stopping.join();
}

TEST_F(HttpServerTest, StoppingEndsAPeerThatDoesNotRead) {
  options_.stop_timeout = absl::Milliseconds(100);
  options_.connections.write_timeout = absl::Minutes(5);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/large"));
  while (requests_ < 1) std::this_thread::yield();
  server_->Stop();
  server_->Stop();
  EXPECT_EQ(server_->load().connections, 0);
}

TEST_F(HttpServerTest, ATakenPortIsAClearError) {
  Start();
  options_.address = server_->address().ToString();
  EXPECT_THAT(HttpServer::Start(options_, nullptr), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(HttpServerTest, AMalformedAddressIsAClearError) {
  options_.address = "nonsense";
  EXPECT_THAT(HttpServer::Start(options_, nullptr), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
