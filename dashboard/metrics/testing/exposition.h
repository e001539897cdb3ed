#ifndef SPECRELAY_DASHBOARD_METRICS_TESTING_EXPOSITION_H_
#define SPECRELAY_DASHBOARD_METRICS_TESTING_EXPOSITION_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// A text in Prometheus' format, read strictly.
struct Exposition {
  std::map<std::string, std::string> types;  // by name of the metric
  std::map<std::string, double> values;      // by name and labels, as "name{a="b",c="d"}" stands in the text
};

// INVALID_ARGUMENT, naming the line, for anything that a scraper could trip over: malformed names, labels, escapes or
// numbers; samples without HELP and TYPE right before them; metrics or series that come twice; counters that do not
// end in _total or are negative; histograms whose buckets do not ascend or do not agree with their count.
absl::StatusOr<Exposition> ParseExposition(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_TESTING_EXPOSITION_H_
