// All metrics of a process, and their text for Prometheus.
#ifndef SPECRELAY_DASHBOARD_METRICS_METRIC_REGISTRY_H_
#define SPECRELAY_DASHBOARD_METRICS_METRIC_REGISTRY_H_

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dashboard/metrics/metric.h"

namespace specrelay {

using LabelValues = std::vector<std::string>;

// Metrics of one name, told apart by labels; made when they are first asked for. Thread-safe. Label values should be of
// small sets; beyond kMaxSeries of them, further ones share the series whose labels are all "other".
template <typename Metric>
class MetricFamily {
 public:
  static constexpr size_t kMaxSeries = 1000;

  // `make` makes a metric that counts nothing yet.
  explicit MetricFamily(std::function<std::unique_ptr<Metric>()> make) : make_(std::move(make)) {}

  // As many values as the family has labels. Lives as long as the family.
  Metric& With(LabelValues values);

  std::vector<std::pair<LabelValues, const Metric*>> Series() const;

 private:
  const std::function<std::unique_ptr<Metric>()> make_;

  mutable absl::Mutex mu_;
  absl::btree_map<LabelValues, std::unique_ptr<Metric>> series_ ABSL_GUARDED_BY(mu_);
};

// What a metric is about. Names follow Prometheus' rules: [a-z_]+, a counter's ends in _total.
struct MetricDescription {
  std::string name;
  std::string help;  // one line
  std::vector<std::string> labels;
};

// A number that is read when it is asked for.
struct Sample {
  LabelValues labels;
  double value;
};
using ReadSamples = std::function<std::vector<Sample>()>;

// Thread-safe. Metrics live as long as the registry; what is described twice is a programming error.
class MetricRegistry {
 public:
  static constexpr char kContentType[] = "text/plain; version=0.0.4; charset=utf-8";

  MetricRegistry() = default;
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  MetricFamily<Counter>& AddCounters(MetricDescription description);
  MetricFamily<Histogram>& AddHistograms(MetricDescription description, std::vector<absl::Duration> bounds);

  // `read` may be called on any thread and takes its own locks; must stay callable as long as Render() is called.
  void AddGauges(MetricDescription description, ReadSamples read);
  void AddGauge(MetricDescription description, std::function<double()> read);
  // The same for numbers that only grow and are kept elsewhere.
  void AddReadCounter(MetricDescription description, std::function<double()> read);

  // Text exposition format 0.0.4, in the order in which the metrics were added.
  std::string Render() const;

 private:
  struct Entry {
    MetricDescription description;
    std::string type;
    std::function<void(const MetricDescription& description, std::string& text)> append;
  };

  void Add(MetricDescription description, std::string type,
           std::function<void(const MetricDescription& description, std::string& text)> append);

  mutable absl::Mutex mu_;
  std::vector<std::unique_ptr<const Entry>> entries_ ABSL_GUARDED_BY(mu_);
};

template <typename Metric>
Metric& MetricFamily<Metric>::With(LabelValues values) {
  {
    absl::ReaderMutexLock lock(&mu_);
    const auto known = series_.find(values);
    if (known != series_.end()) return *known->second;
  }
  absl::MutexLock lock(&mu_);
  if (series_.size() >= kMaxSeries && !series_.contains(values)) values.assign(values.size(), "other");
  std::unique_ptr<Metric>& metric = series_[std::move(values)];
  if (metric == nullptr) metric = make_();
  return *metric;
}

template <typename Metric>
std::vector<std::pair<LabelValues, const Metric*>> MetricFamily<Metric>::Series() const {
  std::vector<std::pair<LabelValues, const Metric*>> series;
  absl::ReaderMutexLock lock(&mu_);
  for (const auto& [values, metric] : series_) series.emplace_back(values, metric.get());
  return series;
}

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_METRIC_REGISTRY_H_
