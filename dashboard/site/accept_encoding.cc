#include "dashboard/site/accept_encoding.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

// "gzip;q=0.5" is gzip and 0.5. A weight that is none counts as 0: what is not understood is not sent.
std::pair<absl::string_view, double> ReadCoding(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits(';', 1));
  absl::string_view weight = absl::StripAsciiWhitespace(parts.second);
  double q = 1;
  if (!weight.empty() && (!(absl::ConsumePrefix(&weight, "q=") || absl::ConsumePrefix(&weight, "Q=")) ||
                          !absl::SimpleAtod(weight, &q) || !(q >= 0 && q <= 1))) {
    q = 0;
  }
  return {absl::StripAsciiWhitespace(parts.first), q};
}

double WeightOf(absl::string_view coding, absl::string_view accept_encoding) {
  double of_all = 0;
  for (const absl::string_view text : absl::StrSplit(accept_encoding, ',')) {
    const auto [name, q] = ReadCoding(text);
    if (absl::EqualsIgnoreCase(name, coding)) return q;
    if (name == "*") of_all = q;
  }
  return of_all;
}

}  // namespace

std::vector<absl::string_view> AcceptedEncodings(absl::string_view accept_encoding) {
  const double br = WeightOf("br", accept_encoding);
  const double gzip = WeightOf("gzip", accept_encoding);
  std::vector<absl::string_view> accepted;
  if (br > 0) accepted.emplace_back("br");
  if (gzip > 0) accepted.emplace_back("gzip");
  if (gzip > br) std::reverse(accepted.begin(), accepted.end());
  return accepted;
}

}  // namespace specrelay
