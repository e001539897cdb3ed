// What the gateway counts and writes down about the requests that pass it.

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "dashboard/metrics/testing/exposition.h"
#include "dashboard/testing/gateway_fixture.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class GatewayMetricsTest : public GatewayFixture {
 protected:
  Exposition Scrape() {
    const RawResponse response = Send("GET", "/metrics", "admin");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    const absl::StatusOr<Exposition> exposition = ParseExposition(response.body);
    EXPECT_THAT(exposition, IsOk());
    return exposition.value_or(Exposition());
  }

  // The audit lines that `send` leaves.
  template <typename Send>
  static std::vector<nlohmann::json> WritesOf(const Send& send, std::string& log) {
    testing::internal::CaptureStderr();
    send();
    log = testing::internal::GetCapturedStderr();
    std::vector<nlohmann::json> writes;
    for (const absl::string_view line : absl::StrSplit(log, '\n', absl::SkipEmpty())) {
      nlohmann::json json = nlohmann::json::parse(std::string(line));
      if (json["event"] == "write") writes.push_back(std::move(json));
    }
    return writes;
  }
};

TEST_F(GatewayMetricsTest, FiguresAreForAdmins) {
  Start();
  EXPECT_EQ(Send("GET", "/metrics", "nobody").status, 401);
  EXPECT_EQ(Send("GET", "/metrics", "viewer").status, 403);
  EXPECT_EQ(Send("GET", "/metrics", "user").status, 403);
}

TEST_F(GatewayMetricsTest, RequestsAreCountedByRouteAndStatus) {
  Start();
  Send("GET", "/api/projects/nowhere/info", "user");
  Send("GET", "/api/projects/elsewhere/info", "user");
  Send("GET", "/api/projects/nowhere/info", "nobody");
  Send("GET", "/no/such/path", "user");
  const Exposition seen = Scrape();
  EXPECT_EQ(seen.values.at(
                R"(specrelay_http_requests_total{route="/api/projects/{projectId}/info",method="GET",status="404"})"),
            2);
  EXPECT_EQ(seen.values.at(
                R"(specrelay_http_requests_total{route="/api/projects/{projectId}/info",method="GET",status="401"})"),
            1);
  EXPECT_EQ(seen.values.at(R"(specrelay_http_requests_total{route="",method="GET",status="404"})"), 1);
  EXPECT_EQ(
      seen.values.at(
          R"(specrelay_http_request_duration_seconds_count{route="/api/projects/{projectId}/info",status_class="4xx"})"),
      3);
}

TEST_F(GatewayMetricsTest, EveryPartHasItsFigures) {
  Start();
  Send("GET", "/api/projects/nowhere/info", "user");
  const Exposition seen = Scrape();
  for (const char* name :
       {"specrelay_commands_total", "specrelay_command_duration_seconds", "specrelay_http_requests_total",
        "specrelay_http_request_duration_seconds", "specrelay_agents", "specrelay_watchers", "specrelay_projects",
        "specrelay_queue_depth", "specrelay_queue_bytes", "specrelay_watchers_dropped_total",
        "specrelay_event_streams_ended_total", "specrelay_agent_received_bytes_total",
        "specrelay_event_stream_sent_bytes_total", "specrelay_http_connections", "process_resident_memory_bytes"}) {
    EXPECT_EQ(seen.types.count(name), 1u) << name;
  }
}

TEST_F(GatewayMetricsTest, AWriteLeavesALineAndAReadDoesNot) {
  Start();
  std::string log;
  const auto writes = WritesOf(
      [this] {
        Send("GET", "/api/projects/p1/info", "user");
        Send("DELETE", "/api/projects/p1", "user", "X-Request-Id: request-7\r\n");
      },
      log);
  ASSERT_EQ(writes.size(), 1u) << log;
  EXPECT_EQ(writes[0]["account"], "acme");
  EXPECT_EQ(writes[0]["key"], "user");
  EXPECT_EQ(writes[0]["method"], "DELETE");
  EXPECT_EQ(writes[0]["route"], "/api/projects/{projectId}");
  EXPECT_EQ(writes[0]["project"], "p1");
  EXPECT_EQ(writes[0]["request_id"], "request-7");
  EXPECT_EQ(writes[0]["status"], "404");
  EXPECT_EQ(writes[0]["address"], "127.0.0.1");
}

TEST_F(GatewayMetricsTest, ARefusedWriteLeavesALineWithoutAName) {
  Start();
  std::string log;
  const auto writes = WritesOf([this] { Send("DELETE", "/api/projects/p1", "nobody"); }, log);
  ASSERT_EQ(writes.size(), 1u) << log;
  EXPECT_EQ(writes[0]["account"], "");
  EXPECT_EQ(writes[0]["status"], "401");
}

TEST_F(GatewayMetricsTest, NoLineHoldsAKeyACookieOrABody) {
  Start();
  std::string log;
  WritesOf(
      [this] {
        Send("DELETE", "/api/projects/p1", "user", "Cookie: secret-cookie=1\r\n", "secret-body");
        Send("DELETE", "/api/projects/p1", "revoked");
      },
      log);
  EXPECT_THAT(log, HasSubstr("\"write\""));
  EXPECT_THAT(log, Not(HasSubstr("srk_")));
  EXPECT_THAT(log, Not(HasSubstr("secret-")));
}

}  // namespace
}  // namespace specrelay
