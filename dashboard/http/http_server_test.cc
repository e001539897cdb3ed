#include "dashboard/http/http_server.h"

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboard/http/testing/http_server_fixture.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

using HttpServerTest = HttpServerFixture;

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
  EXPECT_THAT(HttpServer::Start(options_, {}), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(HttpServerTest, AMalformedAddressIsAClearError) {
  options_.address = "nonsense";
  EXPECT_THAT(HttpServer::Start(options_, {}), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
