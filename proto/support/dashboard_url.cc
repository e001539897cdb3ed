#include "proto/support/dashboard_url.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

constexpr size_t kMaxBytes = 1024;

bool IsUrlCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("-._~:/[]%@!$&'*+,;=").find(c) != absl::string_view::npos;
}

}  // namespace

absl::StatusOr<std::string> ParseDashboardUrl(absl::string_view text) {
  if (text.empty()) return std::string();
  absl::string_view host = text;
  const bool has_scheme = absl::ConsumePrefix(&host, "https://") || absl::ConsumePrefix(&host, "http://");
  if (!has_scheme || host.empty() || host.front() == '/' || text.size() > kMaxBytes ||
      !std::all_of(text.begin(), text.end(), IsUrlCharacter)) {
    return absl::InvalidArgumentError(
        "the dashboard's URL must be that of its first page, such as https://specs.example.org");
  }
  while (absl::ConsumeSuffix(&text, "/")) {
  }
  return std::string(text);
}

}  // namespace specrelay
