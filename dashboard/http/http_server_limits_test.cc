// What the server does with clients that want too much, or are too slow, or too many.
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboard/http/http_server.h"
#include "dashboard/http/testing/http_server_fixture.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

using HttpServerLimitsTest = HttpServerFixture;

TEST_F(HttpServerLimitsTest, ABodyOverTheLimitIsRefusedBeforeItIsSent) {
  Start();
  RawConnection connection(port());
  connection.Send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 413);
  EXPECT_THAT(response.Error(), HasSubstr("1000"));
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerLimitsTest, TheRefusalOfABodyIsReadableWhileItIsStillSent) {
  options_.connections.linger_timeout = absl::Seconds(10);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("POST", "/a", "", std::string(1 << 20, 'x')));
  EXPECT_EQ(connection.ReadResponse().status, 413);
}

TEST_F(HttpServerLimitsTest, ALargeBodyCanBeRefusedUnread) {
  options_.connections.small_body_bytes = 10;
  early_ = [](const HttpRequest& head, size_t length) -> absl::optional<HttpResponse> {
    if (head.path == "/welcome") return absl::nullopt;
    return HttpResponse::Error(401, absl::StrCat(head.remote_address, " sends ", length));
  };
  Start();
  EXPECT_EQ(Exchange(port(), RequestText("POST", "/a", "", std::string(10, 'x'))).status, 200);
  EXPECT_EQ(Exchange(port(), RequestText("POST", "/welcome", "", std::string(11, 'x'))).status, 200);
  requests_ = 0;
  const RawResponse response = Exchange(port(), "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.Error(), "127.0.0.1 sends 11");
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerLimitsTest, LargeBodiesShareABound) {
  options_.connections.max_bytes_in_flight = 100;
  Start();
  EXPECT_EQ(Exchange(port(), RequestText("POST", "/a", "", std::string(100, 'x'))).status, 200);
  const RawResponse response = Exchange(port(), RequestText("POST", "/a", "", std::string(101, 'x')));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.Header("Retry-After"), "1");
}

TEST_F(HttpServerLimitsTest, AHeadThatTricklesInIsGivenUpAsAWhole) {
  options_.connections.head_timeout = absl::Milliseconds(200);
  Start();
  RawConnection connection(port());
  connection.Send("GET / HTTP/1.1\r\nHos");
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 408);
  EXPECT_THAT(response.Error(), HasSubstr("in time"));
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerLimitsTest, ABodyThatDoesNotComeIsGivenUp) {
  options_.connections.body_timeout = absl::Milliseconds(200);
  Start();
  RawConnection connection(port());
  connection.Send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(connection.ReadResponse().status, 408);
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerLimitsTest, AConnectionThatSaysNothingEnds) {
  options_.connections.head_timeout = absl::Milliseconds(100);
  Start();
  RawConnection connection(port());
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerLimitsTest, AnIdleConnectionEnds) {
  options_.connections.idle_timeout = absl::Milliseconds(100);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/a"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerLimitsTest, AClientThatDoesNotReadIsGivenUp) {
  options_.connections.write_timeout = absl::Milliseconds(100);
  options_.connections.min_bytes_per_second = 1 << 30;
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/large") + RequestText("GET", "/large") + RequestText("GET", "/large"));
  while (server_->load().connections > 0 || requests_ == 0) std::this_thread::yield();
  EXPECT_LT(requests_, 3);
}

TEST_F(HttpServerLimitsTest, ANewConnectionWithoutAThreadIsToldToComeBack) {
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

TEST_F(HttpServerLimitsTest, SilentConnectionsDoNotKeepOthersOut) {
  options_.threads.max_threads = 4;
  options_.connections.head_timeout = absl::Minutes(5);
  Start();
  std::vector<RawConnection> silent;
  for (int i = 0; i < 4; ++i) silent.emplace_back(port());
  int status = 0;
  while (status != 200) status = Exchange(port(), RequestText("GET", "/a")).status;
  EXPECT_GT(server_->load().turned_away, 0);
}

}  // namespace
}  // namespace specrelay
