#include "tests/bench/row_filter.h"

#include "absl/strings/str_cat.h"

namespace specrelay {

absl::StatusOr<RowFilter> RowFilter::Make(const std::string& pattern) {
  RowFilter filter;
  if (pattern.empty()) return filter;
  try {
    filter.pattern_ = std::regex(pattern);
  } catch (const std::regex_error& error) {
    return absl::InvalidArgumentError(absl::StrCat("not a regular expression: ", pattern, ": ", error.what()));
  }
  return filter;
}

bool RowFilter::Takes(absl::string_view row) const {
  return !pattern_.has_value() || std::regex_search(row.begin(), row.end(), *pattern_);
}

}  // namespace specrelay
