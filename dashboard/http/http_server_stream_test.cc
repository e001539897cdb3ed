#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "dashboard/http/testing/http_server_fixture.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

// More than the buffers of two sockets hold.
constexpr size_t kLargeBytes = 16 << 20;

class HttpServerStreamTest : public HttpServerFixture {
 protected:
  struct Streaming {
    RawConnection connection;
    std::shared_ptr<FakeStream> stream;
  };

  // A stream of its own whose head has come.
  Streaming Open() {
    while (true) {
      RawConnection connection(port());
      connection.Send(RequestText("GET", "/stream"));
      const int status = connection.ReadResponse().status;
      if (status == 503) continue;  // the threads of those before it are still at it
      EXPECT_EQ(status, 200);
      return {std::move(connection), std::exchange(stream_, std::make_shared<FakeStream>())};
    }
  }
};

TEST_F(HttpServerStreamTest, AStreamGoesOutAsItComes) {
  Start();
  Streaming one = Open();
  one.stream->Say("one");
  EXPECT_EQ(one.connection.ReadSome(), "3\r\none\r\n");
  one.stream->Say("the second");
  EXPECT_EQ(one.connection.ReadSome(), "a\r\nthe second\r\n");
  EXPECT_EQ(server_->load().streams, 1);
}

TEST_F(HttpServerStreamTest, TheEndOfAStreamEndsItsConnection) {
  Start();
  Streaming one = Open();
  one.stream->Cancel();
  EXPECT_EQ(one.connection.ReadSome(), "0\r\n\r\n");
  EXPECT_TRUE(one.connection.Ends());
  AwaitNoConnections();
  EXPECT_EQ(server_->load().streams, 0);
}

TEST_F(HttpServerStreamTest, AStreamEndsWhenItsClientLeaves) {
  Start();
  std::shared_ptr<FakeStream> stream;
  {
    const Streaming one = Open();
    stream = one.stream;
    EXPECT_FALSE(stream->cancelled());
  }
  AwaitNoConnections();
  EXPECT_TRUE(stream->cancelled());
}

TEST_F(HttpServerStreamTest, OfAStreamThatIsAskedForItsHeadNothingElseIsSent) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("HEAD", "/stream") + RequestText("GET", "/a"));
  EXPECT_EQ(connection.ReadResponse(/*to_head=*/true).status, 200);
  EXPECT_TRUE(connection.Ends());
  AwaitNoConnections();
  EXPECT_TRUE(stream_->cancelled());
}

TEST_F(HttpServerStreamTest, StreamsHoldNoThreads) {
  options_.threads.max_threads = 2;
  Start();
  std::vector<Streaming> streams;
  for (int i = 0; i < 50; ++i) streams.push_back(Open());
  for (int i = 0; i < 50; ++i) streams[i].stream->Say(absl::StrCat("to ", i));
  for (int i = 0; i < 50; ++i) EXPECT_THAT(streams[i].connection.ReadSome(), HasSubstr(absl::StrCat("to ", i)));
  EXPECT_EQ(server_->load().streams, 50);
  EXPECT_LE(server_->load().threads, 2);
}

TEST_F(HttpServerStreamTest, AClientThatReadsSlowlyGetsAllAndHoldsUpNobody) {
  Start();
  Streaming slow = Open();
  slow.stream->Say(std::string(kLargeBytes, 'x'));
  Streaming other = Open();
  other.stream->Say("news");
  EXPECT_EQ(other.connection.ReadSome(), "4\r\nnews\r\n");
  const std::string expected = absl::StrCat(absl::Hex(kLargeBytes), "\r\n", std::string(kLargeBytes, 'x'), "\r\n");
  std::string got;
  while (got.size() < expected.size()) {
    const std::string more = slow.connection.ReadSome();
    ASSERT_NE(more, "");
    got += more;
  }
  EXPECT_TRUE(got == expected);
  slow.stream->Say("after");
  EXPECT_EQ(slow.connection.ReadSome(), "5\r\nafter\r\n");
}

TEST_F(HttpServerStreamTest, AClientThatTakesNothingIsGivenUp) {
  options_.connections.write_timeout = absl::Milliseconds(100);
  options_.connections.min_bytes_per_second = 1 << 30;
  Start();
  const Streaming one = Open();
  one.stream->Say(std::string(kLargeBytes, 'x'));
  AwaitNoConnections();
  EXPECT_TRUE(one.stream->cancelled());
}

TEST_F(HttpServerStreamTest, StreamsBeyondTheirNumberAreToldToComeBack) {
  options_.max_streams = 1;
  Start();
  const Streaming first = Open();
  const RawResponse second = Exchange(port(), RequestText("GET", "/stream"));
  EXPECT_EQ(second.status, 503);
  EXPECT_EQ(second.Header("Retry-After"), "1");
  EXPECT_THAT(second.Error(), HasSubstr("live connections"));
  EXPECT_TRUE(stream_->cancelled());
  EXPECT_FALSE(first.stream->cancelled());
}

TEST_F(HttpServerStreamTest, StoppingGivesAClientThatTakesNothingItsTimeAndNoMore) {
  options_.stop_timeout = absl::Milliseconds(100);
  Start();
  const Streaming one = Open();
  one.stream->Say(std::string(kLargeBytes, 'x'));
  server_->Stop();
  EXPECT_TRUE(one.stream->cancelled());
  EXPECT_EQ(server_->load().connections, 0);
}

}  // namespace
}  // namespace specrelay
