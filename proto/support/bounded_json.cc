#include "proto/support/bounded_json.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

// Brackets outside of strings. Looking ahead takes a fraction of what counting in the parser's callback does. In a text
// that is no JSON the count may be off; the parser refuses that in any case, and does not recurse itself.
bool IsDeeperThan(absl::string_view text, int max_depth) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_depth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<nlohmann::ordered_json> ParseBoundedJson(absl::string_view text, int max_depth) {
  if (text.empty()) return absl::InvalidArgumentError("it is empty");
  if (IsDeeperThan(text, max_depth)) {
    return absl::InvalidArgumentError(absl::StrCat("it is nested deeper than ", max_depth, " levels"));
  }
  nlohmann::ordered_json json =
      nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return absl::InvalidArgumentError("it is not JSON");
  return json;
}

}  // namespace specrelay
