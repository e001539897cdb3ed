// The figures of the server. Labels hold neither accounts nor projects nor anything else that is somebody's.
#ifndef SPECRELAY_DASHBOARD_METRICS_SERVER_METRICS_H_
#define SPECRELAY_DASHBOARD_METRICS_SERVER_METRICS_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dashboard/events/event_stream.h"
#include "dashboard/metrics/audit_line.h"
#include "dashboard/metrics/metric_registry.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "relay/relay_observer.h"

namespace specrelay {

// What the relay and its gRPC services do. Thread-safe.
class RelayMetrics final : public RelayObserver {
 public:
  explicit RelayMetrics(MetricRegistry& registry);

  void OnCommandEnded(absl::string_view command, v1::CommandState state, absl::Duration took) override;
  void OnCommandRefused(absl::string_view command, absl::StatusCode reason) override;
  void OnEventsPublished(int count) override { events_.Add(count); }
  void OnWatcherDropped(absl::string_view reason) override;
  void OnAgentGone(absl::StatusCode reason) override;
  void OnAgentBytes(int64_t in, int64_t out) override;
  void OnClientBytes(int64_t in, int64_t out) override;

 private:
  MetricFamily<Counter>& commands_;
  MetricFamily<Counter>& refused_;
  MetricFamily<Histogram>& command_seconds_;
  Counter& events_;
  MetricFamily<Counter>& watchers_dropped_;
  MetricFamily<Counter>& agents_gone_;
  Counter& agent_bytes_in_;
  Counter& agent_bytes_out_;
  Counter& client_bytes_in_;
  Counter& client_bytes_out_;
};

// What the event streams over HTTP do. Thread-safe.
class EventMetrics final : public EventStreamObserver {
 public:
  explicit EventMetrics(MetricRegistry& registry);

  void OnSent(int events, int64_t bytes) override;
  void OnLagged() override { lagged_.Add(); }
  void OnEnded(StreamEnd end) override;

 private:
  Counter& events_;
  Counter& bytes_;
  Counter& lagged_;
  MetricFamily<Counter>& ended_;
};

// What is answered over HTTP. Thread-safe.
class HttpMetrics {
 public:
  explicit HttpMetrics(MetricRegistry& registry);

  void Count(const AnsweredRequest& request);

 private:
  MetricFamily<Counter>& requests_;
  MetricFamily<Histogram>& seconds_;
  Counter& bytes_in_;
  Counter& bytes_out_;
};

// All of them. Made first and destroyed last.
struct ServerMetrics {
  MetricRegistry registry;
  RelayMetrics relay{registry};
  EventMetrics events{registry};
  HttpMetrics http{registry};
};

// What is read when it is asked for. What is given must live as long as the registry renders.
void AddRelayGauges(const Relay& relay, const LiveStreams& streams, MetricRegistry& registry);
void AddProcessGauges(MetricRegistry& registry);

// Figures of the HTTP server at one moment.
struct HttpFigures {
  int connections = 0;
  int event_streams = 0;
  int threads = 0;
  int64_t turned_away = 0;  // since the start
};
void AddHttpGauges(std::function<HttpFigures()> read, MetricRegistry& registry);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_SERVER_METRICS_H_
