#include "dashboard/metrics/testing/exposition.h"

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

bool IsName(absl::string_view name, bool label) {
  if (name.empty() || absl::ascii_isdigit(static_cast<unsigned char>(name[0]))) return false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (!absl::ascii_isalnum(byte) && c != '_' && (label || c != ':')) return false;
  }
  return !label || !absl::StartsWith(name, "__");
}

// Reads `{name="value",…}` and takes it off `rest`; `others` gets the labels but "le", `le` its value.
absl::Status TakeLabels(absl::string_view& rest, std::string& others, std::string& le) {
  std::set<std::string> seen;
  if (!absl::ConsumePrefix(&rest, "{")) return absl::OkStatus();
  while (true) {
    const size_t equals = rest.find("=\"");
    if (equals == absl::string_view::npos) return absl::InvalidArgumentError("a label without a value");
    const std::string name(rest.substr(0, equals));
    if (!IsName(name, true)) return absl::InvalidArgumentError(absl::StrCat("label name ", name));
    if (!seen.insert(name).second) return absl::InvalidArgumentError(absl::StrCat("label ", name, " comes twice"));
    rest.remove_prefix(equals + 2);
    std::string value;
    while (!rest.empty() && rest[0] != '"') {
      if (rest[0] == '\\') {
        if (rest.size() < 2 || !absl::StrContains("\\\"n", rest.substr(1, 1))) {
          return absl::InvalidArgumentError("a bad escape in a label");
        }
        value += rest[0];
        rest.remove_prefix(1);
      }
      value += rest[0];
      rest.remove_prefix(1);
    }
    if (!absl::ConsumePrefix(&rest, "\"")) return absl::InvalidArgumentError("a label value that does not end");
    if (name == "le") {
      le = value;
    } else {
      absl::StrAppend(&others, others.empty() ? "" : ",", name, "=\"", value, "\"");
    }
    if (absl::ConsumePrefix(&rest, "}")) return absl::OkStatus();
    if (!absl::ConsumePrefix(&rest, ",")) return absl::InvalidArgumentError("labels without a comma in between");
  }
}

absl::StatusOr<double> ParseNumber(absl::string_view text) {
  double value = 0;
  // SimpleAtod takes "+Inf" and "NaN" as well.
  if (text.empty() || absl::ascii_isspace(static_cast<unsigned char>(text[0])) || !absl::SimpleAtod(text, &value)) {
    return absl::InvalidArgumentError(absl::StrCat("number ", text));
  }
  return value;
}

class Parser {
 public:
  absl::Status Line(absl::string_view line) {
    if (absl::ConsumePrefix(&line, "# HELP ")) return Help(line);
    if (absl::ConsumePrefix(&line, "# TYPE ")) return Type(line);
    if (absl::StartsWith(line, "#")) return absl::InvalidArgumentError("a comment that is neither HELP nor TYPE");
    return Sample(line);
  }

  absl::Status EndMetric() {
    for (const auto& [labels, buckets] : buckets_) {
      if (buckets.empty() || buckets.back().first != "+Inf") return absl::InvalidArgumentError("no bucket +Inf");
      double last = -1;
      double last_bound = -1;
      for (const auto& [le, count] : buckets) {
        ASSIGN_OR_RETURN(const double bound, ParseNumber(le));
        if (bound <= last_bound || count < last) return absl::InvalidArgumentError("buckets do not ascend");
        last = count;
        last_bound = bound;
      }
      const std::string braces = labels.empty() ? "" : absl::StrCat("{", labels, "}");
      const auto count = result_.values.find(absl::StrCat(metric_, "_count", braces));
      if (count == result_.values.end() || count->second != last) {
        return absl::InvalidArgumentError("the bucket +Inf is not the count");
      }
      if (result_.values.count(absl::StrCat(metric_, "_sum", braces)) == 0) {
        return absl::InvalidArgumentError("a histogram without its sum");
      }
    }
    buckets_.clear();
    return absl::OkStatus();
  }

  Exposition& result() { return result_; }

 private:
  absl::Status Help(absl::string_view rest) {
    RETURN_IF_ERROR(EndMetric());
    const std::pair<std::string, std::string> parts = absl::StrSplit(rest, absl::MaxSplits(' ', 1));
    if (!IsName(parts.first, false) || parts.second.empty()) return absl::InvalidArgumentError("a bad HELP");
    if (result_.types.count(parts.first) > 0) return absl::InvalidArgumentError("a metric that comes twice");
    metric_ = parts.first;
    typed_ = false;
    return absl::OkStatus();
  }

  absl::Status Type(absl::string_view rest) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(rest, absl::MaxSplits(' ', 1));
    if (parts.first != metric_ || typed_) return absl::InvalidArgumentError("a TYPE that does not follow its HELP");
    if (parts.second != "counter" && parts.second != "gauge" && parts.second != "histogram") {
      return absl::InvalidArgumentError(absl::StrCat("type ", parts.second));
    }
    if ((parts.second == "counter") != absl::EndsWith(metric_, "_total")) {
      return absl::InvalidArgumentError("_total is for counters, and for all of them");
    }
    result_.types[metric_] = parts.second;
    typed_ = true;
    return absl::OkStatus();
  }

  absl::Status Sample(absl::string_view line) {
    const size_t name_end = line.find_first_of("{ ");
    if (name_end == absl::string_view::npos) return absl::InvalidArgumentError("a line without a value");
    const std::string name(line.substr(0, name_end));
    absl::string_view rest = line.substr(name_end);
    std::string labels;
    std::string le;
    RETURN_IF_ERROR(TakeLabels(rest, labels, le));
    if (!absl::ConsumePrefix(&rest, " ")) return absl::InvalidArgumentError("no space before the value");
    ASSIGN_OR_RETURN(const double value, ParseNumber(rest));
    if (!typed_) return absl::InvalidArgumentError("a sample without HELP and TYPE");
    const std::string type = result_.types[metric_];
    if (type == "histogram" && name == absl::StrCat(metric_, "_bucket")) {
      buckets_[labels].emplace_back(le, value);
    } else if (name != metric_ && !(type == "histogram" && (name == absl::StrCat(metric_, "_sum") ||
                                                            name == absl::StrCat(metric_, "_count")))) {
      return absl::InvalidArgumentError(absl::StrCat("a sample of ", name, " among those of ", metric_));
    }
    if (type != "gauge" && value < 0) return absl::InvalidArgumentError("a negative count");
    std::string key = std::string(line.substr(0, line.size() - rest.size() - 1));
    if (!result_.values.emplace(std::move(key), value).second) {
      return absl::InvalidArgumentError("a series that comes twice");
    }
    return absl::OkStatus();
  }

  Exposition result_;
  std::string metric_;
  bool typed_ = false;
  std::map<std::string, std::vector<std::pair<std::string, double>>> buckets_;  // by labels: le and value
};

}  // namespace

absl::StatusOr<Exposition> ParseExposition(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) return absl::InvalidArgumentError("no line end at the end");
  Parser parser;
  int number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    const absl::Status status = parser.Line(line);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, ": ", std::string(status.message()), ": ", line));
    }
  }
  RETURN_IF_ERROR(parser.EndMetric());
  return std::move(parser.result());
}

}  // namespace specrelay
