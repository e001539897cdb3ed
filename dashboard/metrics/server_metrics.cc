#include "dashboard/metrics/server_metrics.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

std::vector<absl::Duration> LatencyBounds() {
  std::vector<absl::Duration> bounds;
  for (const double seconds : {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0}) {
    bounds.push_back(absl::Seconds(seconds));
  }
  return bounds;
}

std::string CodeName(absl::StatusCode code) { return absl::AsciiStrToLower(absl::StatusCodeToString(code)); }

std::string StateName(v1::CommandState state) {
  return absl::AsciiStrToLower(absl::StripPrefix(v1::CommandState_Name(state), "COMMAND_STATE_"));
}

// Clients may send any word as a method.
std::string MethodLabel(const std::string& method) {
  for (const absl::string_view known : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
    if (method == known) return method;
  }
  return "other";
}

Counter& AddCounter(MetricRegistry& registry, std::string name, std::string help) {
  return registry.AddCounters({std::move(name), std::move(help), {}}).With({});
}

}  // namespace

RelayMetrics::RelayMetrics(MetricRegistry& registry)
    : commands_(registry.AddCounters({"specrelay_commands_total",
                                      "Commands by kind and how they ended; refused ones were never sent.",
                                      {"command", "outcome"}})),
      refused_(registry.AddCounters(
          {"specrelay_commands_refused_total", "Commands that were not accepted, by reason.", {"reason"}})),
      command_seconds_(registry.AddHistograms(
          {"specrelay_command_duration_seconds", "From a command's acceptance to its outcome, by kind.", {"command"}},
          LatencyBounds())),
      events_(AddCounter(registry, "specrelay_events_published_total", "Events that watchers could read.")),
      watchers_dropped_(registry.AddCounters({"specrelay_watchers_dropped_total",
                                              "gRPC watchers that were ended because they did not keep up, by reason.",
                                              {"reason"}})),
      agents_gone_(registry.AddCounters({"specrelay_agents_gone_total",
                                         "Agent streams that have ended, by the status they ended with.",
                                         {"reason"}})),
      agent_bytes_in_(AddCounter(registry, "specrelay_agent_received_bytes_total", "Bytes of frames from agents.")),
      agent_bytes_out_(AddCounter(registry, "specrelay_agent_sent_bytes_total", "Bytes of frames to agents.")),
      client_bytes_in_(
          AddCounter(registry, "specrelay_grpc_client_received_bytes_total", "Bytes of messages from gRPC clients.")),
      client_bytes_out_(
          AddCounter(registry, "specrelay_grpc_client_sent_bytes_total", "Bytes of messages to gRPC clients.")) {}

void RelayMetrics::OnCommandEnded(absl::string_view command, v1::CommandState state, absl::Duration took) {
  commands_.With({std::string(command), StateName(state)}).Add();
  command_seconds_.With({std::string(command)}).Observe(took);
}

void RelayMetrics::OnCommandRefused(absl::string_view command, absl::StatusCode reason) {
  commands_.With({command.empty() ? "unknown" : std::string(command), "refused"}).Add();
  refused_.With({CodeName(reason)}).Add();
}

void RelayMetrics::OnWatcherDropped(absl::string_view reason) { watchers_dropped_.With({std::string(reason)}).Add(); }

void RelayMetrics::OnAgentGone(absl::StatusCode reason) { agents_gone_.With({CodeName(reason)}).Add(); }

void RelayMetrics::OnAgentBytes(int64_t in, int64_t out) {
  agent_bytes_in_.Add(in);
  agent_bytes_out_.Add(out);
}

void RelayMetrics::OnClientBytes(int64_t in, int64_t out) {
  client_bytes_in_.Add(in);
  client_bytes_out_.Add(out);
}

EventMetrics::EventMetrics(MetricRegistry& registry)
    : events_(AddCounter(registry, "specrelay_event_stream_sent_events_total",
                         "Events that went out over HTTP, once for each subscriber.")),
      bytes_(AddCounter(registry, "specrelay_event_stream_sent_bytes_total", "Bytes of event streams over HTTP.")),
      lagged_(AddCounter(registry, "specrelay_event_stream_lagged_total",
                         "Times that a slow subscriber missed events and got a resync.")),
      ended_(registry.AddCounters(
          {"specrelay_event_streams_ended_total", "Event streams over HTTP that have ended, by reason.", {"reason"}})) {
}

void EventMetrics::OnSent(int events, int64_t bytes) {
  events_.Add(events);
  bytes_.Add(bytes);
}

void EventMetrics::OnEnded(StreamEnd end) { ended_.With({std::string(StreamEndName(end))}).Add(); }

HttpMetrics::HttpMetrics(MetricRegistry& registry)
    : requests_(registry.AddCounters({"specrelay_http_requests_total",
                                      "Answered HTTP requests; the route is empty for paths that have none.",
                                      {"route", "method", "status"}})),
      seconds_(registry.AddHistograms({"specrelay_http_request_duration_seconds",
                                       "Time until an answer was made, by route and class of status.",
                                       {"route", "status_class"}},
                                      LatencyBounds())),
      bytes_in_(AddCounter(registry, "specrelay_http_received_bytes_total", "Bytes of HTTP request bodies.")),
      bytes_out_(AddCounter(registry, "specrelay_http_sent_bytes_total",
                            "Bytes of HTTP response bodies, event streams not included.")) {}

void HttpMetrics::Count(const AnsweredRequest& request) {
  requests_.With({request.route, MethodLabel(request.method), absl::StrCat(request.status)}).Add();
  seconds_.With({request.route, absl::StrCat(request.status / 100, "xx")}).Observe(request.took);
  bytes_in_.Add(request.bytes_in);
  bytes_out_.Add(request.bytes_out);
}

void AddHttpGauges(std::function<HttpFigures()> read, MetricRegistry& registry) {
  registry.AddGauge({"specrelay_http_connections", "Open HTTP connections, event streams included.", {}},
                    [read] { return read().connections; });
  registry.AddGauge({"specrelay_http_threads", "Threads that serve HTTP connections.", {}},
                    [read] { return read().threads; });
  registry.AddGauge({"specrelay_http_event_streams", "Open event streams over HTTP.", {}},
                    [read] { return read().event_streams; });
  registry.AddReadCounter({"specrelay_http_connections_turned_away_total",
                           "HTTP connections that were answered 503 because no thread was free.",
                           {}},
                          [read] { return static_cast<double>(read().turned_away); });
}

void AddRelayGauges(const Relay& relay, const LiveStreams& streams, MetricRegistry& registry) {
  registry.AddGauge({"specrelay_agents", "Connected agent streams.", {}},
                    [&streams] { return streams.count(StreamKind::kAgent); });
  registry.AddGauge({"specrelay_watchers", "Open event streams, gRPC and HTTP.", {}},
                    [&streams] { return streams.count(StreamKind::kWatcher); });
  registry.AddGauges({"specrelay_projects", "Known projects, by whether an agent is connected.", {"state"}}, [&relay] {
    const RelayLoad load = relay.load();
    return std::vector<Sample>{{{"online"}, static_cast<double>(load.projects_online)},
                               {{"offline"}, static_cast<double>(load.projects_offline)}};
  });
  registry.AddGauges({"specrelay_queue_depth", "Entries of the relay's queues and tables.", {"queue"}}, [&relay] {
    const RelayLoad load = relay.load();
    return std::vector<Sample>{{{"commands-pending"}, static_cast<double>(load.commands_pending)},
                               {{"commands-remembered"}, static_cast<double>(load.commands_remembered)},
                               {{"commands-offline"}, static_cast<double>(load.commands_queued)},
                               {{"agent-frames"}, static_cast<double>(load.frames_queued)},
                               {{"events-kept"}, static_cast<double>(load.events_kept)}};
  });
  registry.AddGauges({"specrelay_queue_bytes", "Bytes in the relay's queues.", {"queue"}}, [&relay] {
    const RelayLoad load = relay.load();
    return std::vector<Sample>{{{"agent-frames"}, static_cast<double>(load.bytes_queued)},
                               {{"commands-offline"}, static_cast<double>(load.bytes_of_queued)},
                               {{"events-kept"}, static_cast<double>(load.event_bytes_kept)}};
  });
}

}  // namespace specrelay
