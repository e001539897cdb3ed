#include "dashboard/metrics/metric_registry.h"

#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace specrelay {
namespace {

std::string NumberText(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  // Whole numbers in full: StrCat alone rounds to six digits.
  constexpr double kMaxExact = 9007199254740992.0;
  if (value == std::floor(value) && std::abs(value) <= kMaxExact) return absl::StrCat(static_cast<int64_t>(value));
  return absl::StrCat(value);
}

std::string EscapedLabel(absl::string_view value) {
  return absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"\"", "\\\""}, {"\n", "\\n"}});
}

std::string EscapedHelp(absl::string_view help) { return absl::StrReplaceAll(help, {{"\\", "\\\\"}, {"\n", "\\n"}}); }

// `le` is the bound of a histogram's bucket; empty for everything else.
void AppendSample(absl::string_view name, const std::vector<std::string>& labels, const LabelValues& values,
                  absl::string_view le, absl::string_view number, std::string& text) {
  std::string inside;
  for (size_t i = 0; i < labels.size() && i < values.size(); ++i) {
    absl::StrAppend(&inside, inside.empty() ? "" : ",", labels[i], "=\"", EscapedLabel(values[i]), "\"");
  }
  if (!le.empty()) absl::StrAppend(&inside, inside.empty() ? "" : ",", "le=\"", le, "\"");
  absl::StrAppend(&text, name);
  if (!inside.empty()) absl::StrAppend(&text, "{", inside, "}");
  absl::StrAppend(&text, " ", number, "\n");
}

void AppendHistogram(const MetricDescription& about, const LabelValues& values,
                     const std::vector<absl::Duration>& bounds, const Histogram& histogram, std::string& text) {
  const Histogram::Snapshot snapshot = histogram.Read();
  const std::string bucket = absl::StrCat(about.name, "_bucket");
  for (size_t i = 0; i < bounds.size(); ++i) {
    AppendSample(bucket, about.labels, values, NumberText(absl::ToDoubleSeconds(bounds[i])),
                 absl::StrCat(snapshot.cumulative[i]), text);
  }
  const std::string count = absl::StrCat(snapshot.cumulative.back());
  AppendSample(bucket, about.labels, values, "+Inf", count, text);
  AppendSample(absl::StrCat(about.name, "_sum"), about.labels, values, "",
               NumberText(absl::ToDoubleSeconds(snapshot.sum)), text);
  AppendSample(absl::StrCat(about.name, "_count"), about.labels, values, "", count, text);
}

void AppendSamples(const MetricDescription& about, const ReadSamples& read, std::string& text) {
  for (const Sample& sample : read()) {
    AppendSample(about.name, about.labels, sample.labels, "", NumberText(sample.value), text);
  }
}

ReadSamples One(std::function<double()> read) {
  return [read = std::move(read)] { return std::vector<Sample>{{{}, read()}}; };
}

}  // namespace

MetricFamily<Counter>& MetricRegistry::AddCounters(MetricDescription description) {
  auto family = std::make_shared<MetricFamily<Counter>>([] { return std::make_unique<Counter>(); });
  Add(std::move(description), "counter", [family](const MetricDescription& about, std::string& text) {
    for (const auto& [values, counter] : family->Series()) {
      AppendSample(about.name, about.labels, values, "", absl::StrCat(counter->value()), text);
    }
  });
  return *family;
}

MetricFamily<Histogram>& MetricRegistry::AddHistograms(MetricDescription description,
                                                       std::vector<absl::Duration> bounds) {
  auto family = std::make_shared<MetricFamily<Histogram>>([bounds] { return std::make_unique<Histogram>(bounds); });
  Add(std::move(description), "histogram", [family, bounds](const MetricDescription& about, std::string& text) {
    for (const auto& [values, histogram] : family->Series()) AppendHistogram(about, values, bounds, *histogram, text);
  });
  return *family;
}

void MetricRegistry::AddGauges(MetricDescription description, ReadSamples read) {
  Add(std::move(description), "gauge", [read = std::move(read)](const MetricDescription& about, std::string& text) {
    AppendSamples(about, read, text);
  });
}

void MetricRegistry::AddGauge(MetricDescription description, std::function<double()> read) {
  AddGauges(std::move(description), One(std::move(read)));
}

void MetricRegistry::AddReadCounter(MetricDescription description, std::function<double()> read) {
  Add(std::move(description), "counter",
      [read = One(std::move(read))](const MetricDescription& about, std::string& text) {
        AppendSamples(about, read, text);
      });
}

void MetricRegistry::Add(MetricDescription description, std::string type,
                         std::function<void(const MetricDescription& description, std::string& text)> append) {
  absl::MutexLock lock(&mu_);
  entries_.push_back(std::make_unique<const Entry>(Entry{std::move(description), std::move(type), std::move(append)}));
}

std::string MetricRegistry::Render() const {
  // Reading calls out, which is not done under a lock; entries are never taken away.
  std::vector<const Entry*> entries;
  {
    absl::ReaderMutexLock lock(&mu_);
    for (const auto& entry : entries_) entries.push_back(entry.get());
  }
  std::string text;
  for (const Entry* entry : entries) {
    const std::string& name = entry->description.name;
    absl::StrAppend(&text, "# HELP ", name, " ", EscapedHelp(entry->description.help), "\n# TYPE ", name, " ",
                    entry->type, "\n");
    entry->append(entry->description, text);
  }
  return text;
}

}  // namespace specrelay
