#include "mcp_agent/jobs/cron_field.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::Status FieldError(const CronField& field, absl::string_view text, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("the ", field.name, " field ", Quoted(text), " ", what, "; it may be ", field.allowed));
}

bool IsNumber(absl::string_view text) {
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
  }
  return !text.empty();
}

absl::StatusOr<int> ParseValue(const CronField& field, absl::string_view text, absl::string_view value) {
  if (value.empty()) return FieldError(field, text, "lacks a value");
  for (size_t i = 0; i < field.names.size(); ++i) {
    if (absl::EqualsIgnoreCase(value, field.names[i])) return field.first_named + static_cast<int>(i);
  }
  if (!IsNumber(value))
    return FieldError(field, text, absl::StrCat("has ", Quoted(value), ", which is no value of it"));
  int number = 0;
  if (!absl::SimpleAtoi(value, &number) || number < field.lowest || number > field.highest) {
    return FieldError(field, text, absl::StrCat("has ", Quoted(value), ", which is out of range"));
  }
  return number;
}

absl::StatusOr<int> ParseStep(const CronField& field, absl::string_view text, absl::string_view step) {
  int number = 0;
  if (!IsNumber(step) || !absl::SimpleAtoi(step, &number) || number < 1 || number > field.highest) {
    return FieldError(field, text, absl::StrCat("has the step ", Quoted(step), ", and steps are 1 to ", field.highest));
  }
  return number;
}

absl::StatusOr<uint64_t> ParseElement(const CronField& field, absl::string_view text, absl::string_view element) {
  const size_t slash = element.find('/');
  const absl::string_view range = element.substr(0, slash);
  int first = field.lowest;
  int last = field.highest;
  const size_t dash = range.find('-');
  if (range != "*") {
    ASSIGN_OR_RETURN(first, ParseValue(field, text, range.substr(0, dash)));
    last = first;
    if (dash != absl::string_view::npos) {
      ASSIGN_OR_RETURN(last, ParseValue(field, text, range.substr(dash + 1)));
      // Sunday ends a week as well as it begins one: FRI-SUN.
      if (last < first && last == 0 && field.highest == 7) last = 7;
      if (last < first) return FieldError(field, text, absl::StrCat("has the range ", Quoted(range), " backwards"));
    } else if (slash != absl::string_view::npos) {
      return FieldError(field, text,
                        absl::StrCat("has a step from a single value; write the range, such as ", first, "-",
                                     field.highest, element.substr(slash)));
    }
  }
  int step = 1;
  if (slash != absl::string_view::npos) {
    ASSIGN_OR_RETURN(step, ParseStep(field, text, element.substr(slash + 1)));
  }
  uint64_t values = 0;
  for (int value = first; value <= last; value += step) values |= uint64_t{1} << value;
  return values;
}

}  // namespace

absl::StatusOr<uint64_t> ParseCronField(const CronField& field, absl::string_view text) {
  uint64_t values = 0;
  for (absl::string_view element : absl::StrSplit(text, ',')) {
    ASSIGN_OR_RETURN(const uint64_t of_element, ParseElement(field, text, element));
    values |= of_element;
  }
  return values;
}

}  // namespace specrelay
