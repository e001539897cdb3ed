#include "dashboard/metrics/server_metrics.h"

#include <string>

#include "dashboard/metrics/metrics_route.h"
#include "dashboard/metrics/testing/exposition.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using ::testing::Pair;

// A relay that is observed, with an agent that is a fake.
class ServerMetricsTest : public testing::Test {
 protected:
  ServerMetricsTest() : harness_(Options(metrics_)) {
    AddRelayGauges(harness_.relay, streams_, metrics_.registry);
    AddProcessGauges(metrics_.registry);
    AddHttpGauges([] { return HttpFigures{3, 2, 4, 7}; }, metrics_.registry);
    agent_ = harness_.Connect("p1", "i1");
    EXPECT_TRUE(harness_.AnswerStateRequest(agent_, {}));
  }

  static RelayOptions Options(ServerMetrics& metrics) {
    RelayOptions options = RelayHarness::DefaultOptions();
    options.observer = &metrics.relay;
    return options;
  }

  // What a scraper sees.
  double Value(const std::string& series) {
    const Route route = MetricsRoute(metrics_.registry);
    const HttpRequest request;
    const HttpResponse response = route.handler({request, CallerOf("acme", Role::kAdmin), "r", absl::InfiniteFuture()});
    EXPECT_THAT(response.headers, testing::Contains(Pair("Content-Type", "text/plain; version=0.0.4; charset=utf-8")));
    const absl::StatusOr<Exposition> exposition = ParseExposition(response.body);
    EXPECT_THAT(exposition, IsOk());
    if (!exposition.ok()) return -1;
    const auto found = exposition->values.find(series);
    return found == exposition->values.end() ? 0 : found->second;
  }

  ServerMetrics metrics_;
  LiveStreams streams_{{}};
  RelayHarness harness_;
  RelayHarness::Agent agent_;
};

TEST_F(ServerMetricsTest, CommandsAreCountedByKindAndOutcomeAndTimed) {
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r1"), outcome), IsOk());
  EXPECT_EQ(Value("specrelay_queue_depth{queue=\"commands-pending\"}"), 1);
  harness_.clock.Advance(absl::Milliseconds(20));
  harness_.relay.OnFrame(agent_.session, AppliedFrame("r1"));
  EXPECT_EQ(Value(R"(specrelay_commands_total{command="spec-list",outcome="applied"})"), 1);
  EXPECT_EQ(Value(R"(specrelay_command_duration_seconds_bucket{command="spec-list",le="0.01"})"), 0);
  EXPECT_EQ(Value(R"(specrelay_command_duration_seconds_bucket{command="spec-list",le="0.025"})"), 1);
  EXPECT_DOUBLE_EQ(Value(R"(specrelay_command_duration_seconds_sum{command="spec-list"})"), 0.02);
}

TEST_F(ServerMetricsTest, CommandsThatNobodyAnswersAreUnknown) {
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness_.Execute(SpecListRequestFor("p1", "r1"), outcome), IsOk());
  harness_.clock.Advance(absl::Minutes(1));
  harness_.relay.Tick();
  EXPECT_EQ(Value(R"(specrelay_commands_total{command="spec-list",outcome="unknown"})"), 1);
}

TEST_F(ServerMetricsTest, RefusedCommandsAreCountedByReason) {
  RelayHarness::Outcome outcome;
  EXPECT_FALSE(harness_.Execute(SpecListRequestFor("nowhere"), outcome).ok());
  EXPECT_FALSE(harness_.Execute(v1::ExecuteRequest(), outcome).ok());
  EXPECT_FALSE(harness_.relay.Submit(CallerOf("acme", Role::kAgent), {}).ok());
  EXPECT_EQ(Value(R"(specrelay_commands_total{command="spec-list",outcome="refused"})"), 1);
  EXPECT_EQ(Value(R"(specrelay_commands_total{command="unknown",outcome="refused"})"), 2);
  EXPECT_EQ(Value(R"(specrelay_commands_refused_total{reason="not_found"})"), 1);
}

TEST_F(ServerMetricsTest, ProjectsEventsAndAgentsAreCounted) {
  EXPECT_EQ(Value(R"(specrelay_projects{state="online"})"), 1);
  const double before = Value("specrelay_events_published_total");
  harness_.ReportChange(agent_, 1, "a.txt", "hash");
  EXPECT_EQ(Value("specrelay_events_published_total"), before + 1);
  EXPECT_GT(Value(R"(specrelay_queue_bytes{queue="events-kept"})"), 0);
  harness_.relay.Disconnect(agent_.session, absl::UnavailableError("lost"), {});
  EXPECT_EQ(Value(R"(specrelay_projects{state="online"})"), 0);
  EXPECT_EQ(Value(R"(specrelay_projects{state="offline"})"), 1);
  EXPECT_EQ(Value(R"(specrelay_agents_gone_total{reason="unavailable"})"), 1);
}

TEST_F(ServerMetricsTest, BytesAndDropsAreCounted) {
  metrics_.relay.OnAgentBytes(1, 2);
  metrics_.relay.OnClientBytes(3, 4);
  metrics_.relay.OnWatcherDropped("stalled");
  metrics_.events.OnSent(5, 600);
  metrics_.events.OnLagged();
  metrics_.events.OnEnded(StreamEnd::kStalled);
  EXPECT_EQ(Value("specrelay_agent_received_bytes_total"), 1);
  EXPECT_EQ(Value("specrelay_agent_sent_bytes_total"), 2);
  EXPECT_EQ(Value("specrelay_grpc_client_received_bytes_total"), 3);
  EXPECT_EQ(Value("specrelay_grpc_client_sent_bytes_total"), 4);
  EXPECT_EQ(Value(R"(specrelay_watchers_dropped_total{reason="stalled"})"), 1);
  EXPECT_EQ(Value("specrelay_event_stream_sent_events_total"), 5);
  EXPECT_EQ(Value("specrelay_event_stream_sent_bytes_total"), 600);
  EXPECT_EQ(Value("specrelay_event_stream_lagged_total"), 1);
  EXPECT_EQ(Value(R"(specrelay_event_streams_ended_total{reason="stalled"})"), 1);
}

TEST_F(ServerMetricsTest, RequestsAreCountedByRouteWhateverWordsClientsSend) {
  AnsweredRequest request;
  request.method = "GET";
  request.route = "/api/projects/{projectId}/info";
  request.status = 404;
  request.took = absl::Milliseconds(3);
  request.bytes_in = 10;
  request.bytes_out = 20;
  metrics_.http.Count(request);
  request.method = "BREW\"\n";
  request.route = "";
  metrics_.http.Count(request);
  EXPECT_EQ(Value(R"(specrelay_http_requests_total{route="/api/projects/{projectId}/info",method="GET",status="404"})"),
            1);
  EXPECT_EQ(Value(R"(specrelay_http_requests_total{route="",method="other",status="404"})"), 1);
  EXPECT_EQ(Value(R"(specrelay_http_request_duration_seconds_count{route="",status_class="4xx"})"), 1);
  EXPECT_EQ(Value("specrelay_http_received_bytes_total"), 20);
  EXPECT_EQ(Value("specrelay_http_sent_bytes_total"), 40);
}

TEST_F(ServerMetricsTest, TheProcessAndItsHttpServerAreDescribed) {
  EXPECT_GT(Value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GT(Value("process_open_fds"), 2);
  EXPECT_GT(Value("process_start_time_seconds"), 1.6e9);
  EXPECT_EQ(Value("specrelay_http_connections"), 3);
  EXPECT_EQ(Value("specrelay_http_event_streams"), 2);
  EXPECT_EQ(Value("specrelay_http_threads"), 4);
  EXPECT_EQ(Value("specrelay_http_connections_turned_away_total"), 7);
}

TEST(MetricsRouteTest, IsForAdmins) {
  const MetricRegistry registry;
  EXPECT_EQ(MetricsRoute(registry).access, Access::kAdmin);
}

}  // namespace
}  // namespace specrelay
