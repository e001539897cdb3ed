// A gateway under bytes that mean it no good. Whatever comes, the answer is {"error": …} or the end of the connection,
// and the next client is served.
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "dashboard/testing/gateway_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::Lt;

class GatewayHostileTest : public GatewayFixture {
 protected:
  GatewayHostileTest() {
    options_.http.connections.limits.max_body_bytes = 1 << 20;
    options_.http.connections.head_timeout = absl::Milliseconds(300);
    options_.http.connections.body_timeout = absl::Milliseconds(300);
    options_.http.connections.write_timeout = absl::Milliseconds(300);
  }

  ~GatewayHostileTest() override {
    if (gateway_ != nullptr) ExpectAlive();
  }

  void ExpectAlive() { EXPECT_EQ(Exchange(port(), RequestText("GET", "/healthz")).status, 200); }

  // Sends bytes that must be refused, behind which a second request must find nobody.
  void ExpectRefused(absl::string_view bytes) {
    RawConnection connection(port());
    connection.Send(bytes);
    const RawResponse response = connection.ReadResponse();
    EXPECT_THAT(response.status, AllOf(Ge(400), Lt(600))) << bytes.substr(0, 200);
    EXPECT_NE(response.Error(), "") << bytes.substr(0, 200);
    EXPECT_THAT(response.body, testing::Not(HasSubstr("smuggled"))) << bytes.substr(0, 200);
    EXPECT_EQ(response.Header("Connection"), "close") << bytes.substr(0, 200);
    EXPECT_TRUE(connection.Ends()) << bytes.substr(0, 200);
  }
};

TEST_F(GatewayHostileTest, RequestsThatCouldBeReadInTwoWaysAreRefused) {
  Start();
  const std::string second = "GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string start = "POST /api/session HTTP/1.1\r\nHost: localhost\r\n";
  for (const char* headers : {"Transfer-Encoding: chunked\r\n",
                              "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n",
                              "Content-Length: 6\r\nTransfer-Encoding : chunked\r\n",
                              "Content-Length: 6\r\nTransfer-Encoding:\tchunked\r\n",
                              "Content-Length: 6\r\n Transfer-Encoding: chunked\r\n",
                              "Content-Length: 6\r\nX: x\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: identity\r\n",
                              "Transfer-Encoding: xchunked\r\n",
                              "Transfer-Encoding: chunked, identity\r\n",
                              "Content-Length: 6\r\nContent-Length: 7\r\n",
                              "Content-Length: 6\r\nContent-Length: 6\r\n",
                              "Content-Length: 6,6\r\n",
                              "Content-Length: +6\r\n",
                              "Content-Length: -6\r\n",
                              "Content-Length: 0x6\r\n",
                              "Content-Length: 6 6\r\n",
                              "Content-Length: \r\n",
                              "Content-Length: 18446744073709551622\r\n",
                              "Content-Length : 6\r\n",
                              "",
                              "Content-Length: 6\r\nContent-Encoding: gzip\r\n",
                              "Content-Length: 6\r\nHost: other\r\n"}) {
    ExpectRefused(absl::StrCat(start, headers, "\r\n0\r\n\r\n\r\n", second));
  }
  ExpectRefused(absl::StrCat("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 43\r\n\r\n", second));
  ExpectRefused("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  ExpectRefused("GET /healthz HTTP/1.1\n\nHost: localhost\r\n\r\n");
  ExpectRefused("\x16\x03\x01\x02\x01 TLS to a plain port\r\n\r\n");
  ExpectRefused(absl::StrCat("GET /", std::string(1, '\0'), " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
  ExpectRefused("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ExpectRefused("CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\n\r\n");
}

TEST_F(GatewayHostileTest, TenThousandHeadersAreTooMany) {
  Start();
  std::string headers;
  for (int i = 0; i < 10'000; ++i) absl::StrAppend(&headers, "X-", i, ": y\r\n");
  ExpectRefused(RequestText("GET", "/healthz", headers));
}

TEST_F(GatewayHostileTest, AHeaderWithoutEndIsTooLong) {
  Start();
  ExpectRefused("GET /healthz HTTP/1.1\r\nX: " + std::string(1 << 20, 'x'));
  ExpectRefused(std::string(1 << 20, 'x'));
  ExpectRefused(RequestText("GET", "/" + std::string(9000, 'a')));
}

TEST_F(GatewayHostileTest, ABodyOverTheLimitIsRefused) {
  Start();
  ExpectRefused(RequestText("POST", "/api/session", "", std::string((1 << 20) + 1, 'x')));
}

TEST_F(GatewayHostileTest, DeepAndOddBodiesAreRefused) {
  Start();
  for (const std::string& body : {std::string(1 << 20, '['), std::string("\xff\xfe"), std::string("null"),
                                  std::string("\"text\""), std::string(300'000, '{'), std::string("{\"key\":1e999}"),
                                  absl::StrCat("{\"a\":", std::string(200'000, '['), std::string(200'000, ']'), "}")}) {
    for (const Route& route : gateway_->routes()) {
      if (route.method != "POST" && route.method != "PUT") continue;
      const RawResponse response = Send(route.method, TargetOf(route.pattern, "x1"), "admin", "", body);
      EXPECT_THAT(response.status, AllOf(Ge(200), Lt(600))) << route.pattern;
      EXPECT_NE(response.status, 500) << route.pattern << " " << response.body;
    }
  }
}

TEST_F(GatewayHostileTest, DamagedAddressesAreRefused) {
  Start();
  for (const char* target :
       {"/%", "/%4", "/api/projects/%zz", "/api/projects?x=%", "/api/projects?%00=1", "/api/%ff"}) {
    const RawResponse response = Send("GET", target, "admin");
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_NE(response.Error(), "") << target;
  }
}

TEST_F(GatewayHostileTest, ClientsThatDripAreGivenUp) {
  Start();
  std::vector<RawConnection> clients;
  for (const char* begin : {"", "G", "GET /healthz HTTP/1.1\r\n", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
                            "POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"}) {
    clients.emplace_back(port()).Send(begin);
  }
  for (RawConnection& client : clients) EXPECT_TRUE(client.Ends());
}

TEST_F(GatewayHostileTest, DrippingDoesNotProlongADeadline) {
  options_.http.connections.head_timeout = absl::Milliseconds(500);
  Start();
  RawConnection client(port());
  // Each byte comes well before any timeout of a single read.
  const absl::Time begin = absl::Now();
  std::thread dripping([&client, begin] {
    client.Send("GET /healthz HTTP/1.1\r\nX: ");
    while (absl::Now() - begin < absl::Seconds(10) && client.Send("x")) std::this_thread::yield();
  });
  const RawResponse response = client.ReadResponse();
  dripping.join();
  // Either the time or the room for headers is over, whichever comes first.
  EXPECT_THAT(response.status, testing::AnyOf(408, 431));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(10));
}

TEST_F(GatewayHostileTest, ConnectionsBeyondTheNumberOfThreadsDoNotShutOthersOut) {
  options_.http.threads.max_threads = 8;
  options_.http.max_streams = 4;
  options_.http.connections.head_timeout = absl::Minutes(5);
  Start();
  std::vector<RawConnection> silent;
  for (int i = 0; i < 300; ++i) silent.emplace_back(port());
  RawResponse response;
  // The first are told to come back, until a silent one has waited long enough to go.
  while (response.status != 200) {
    response = Exchange(port(), RequestText("GET", "/healthz"));
    ASSERT_THAT(response.status, testing::AnyOf(200, 503));
    if (response.status == 503) {
      EXPECT_THAT(response.Error(), HasSubstr("try again"));
    }
  }
  silent.clear();
  while (Exchange(port(), RequestText("GET", "/healthz")).status != 200) std::this_thread::yield();
}

TEST_F(GatewayHostileTest, ThousandsOfConnectionsThatEndAtOnceLeaveNothing) {
  Start();
  for (int i = 0; i < 2000; ++i) {
    RawConnection connection(port());
    if (i % 2 == 0) connection.Send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
}

TEST_F(GatewayHostileTest, RandomBytesAreRefused) {
  Start();
  uint32_t state = 1;
  for (int round = 0; round < 500; ++round) {
    std::string bytes = round % 2 == 0 ? "" : "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    for (int i = 0; i < 200; ++i) {
      state = state * 1664525 + 1013904223;
      bytes.push_back(static_cast<char>(state >> 24));
    }
    RawConnection connection(port());
    connection.Send(bytes + "\r\n\r\n");
    connection.EndSending();
    const RawResponse response = connection.ReadResponse();
    EXPECT_THAT(response.status, AllOf(Ge(400), Lt(600)));
    EXPECT_NE(response.Error(), "");
  }
}

}  // namespace
}  // namespace specrelay
