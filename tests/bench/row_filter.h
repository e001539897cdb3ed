// Which rows of the suite are to be measured.
#ifndef SPECRELAY_TESTS_BENCH_ROW_FILTER_H_
#define SPECRELAY_TESTS_BENCH_ROW_FILTER_H_

#include <regex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

// Immutable, hence thread-safe.
class RowFilter {
 public:
  // Takes every row.
  RowFilter() = default;

  // Takes rows in whose name `pattern` occurs, an ECMAScript regular expression; every row when empty.
  // INVALID_ARGUMENT when it is none.
  static absl::StatusOr<RowFilter> Make(const std::string& pattern);

  bool Takes(absl::string_view row) const;

 private:
  absl::optional<std::regex> pattern_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_ROW_FILTER_H_
