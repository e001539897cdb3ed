#include "dashboard/http/entity_tag.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace specrelay {

bool IncludesEntityTag(absl::string_view tags, absl::string_view tag) {
  absl::ConsumePrefix(&tag, "W/");
  for (absl::string_view given : absl::StrSplit(tags, ',')) {
    given = absl::StripAsciiWhitespace(given);
    absl::ConsumePrefix(&given, "W/");
    if (given == "*" || given == tag) return true;
  }
  return false;
}

}  // namespace specrelay
