#include "dashboard/http/url.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/stubs/common.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

bool IsHexDigit(char c) { return absl::ascii_isxdigit(static_cast<unsigned char>(c)); }

// Everything that the relay passes on is UTF-8 on the wire; protobuf itself says what it takes for that.
bool IsUtf8(const std::string& text) {
  return google::protobuf::internal::IsStructurallyValidUTF8(text.data(), static_cast<int>(text.size()));
}

}  // namespace

absl::StatusOr<std::string> PercentDecode(absl::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || !IsHexDigit(text[i + 1]) || !IsHexDigit(text[i + 2])) {
      return absl::InvalidArgumentError(
          "the percent-encoding of the address is damaged; write a '%' itself as \"%25\"");
    }
    decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
    i += 2;
  }
  if (decoded.find('\0') != std::string::npos) return absl::InvalidArgumentError("the address has a NUL; leave it out");
  if (!IsUtf8(decoded)) {
    return absl::InvalidArgumentError("the address is not UTF-8; percent-encode the bytes of its UTF-8 form");
  }
  return decoded;
}

absl::StatusOr<std::vector<std::string>> DecodePath(absl::string_view path) {
  if (!absl::ConsumePrefix(&path, "/")) {
    return absl::InvalidArgumentError("the address must be a path that begins with '/'");
  }
  std::vector<std::string> segments;
  for (const absl::string_view segment : absl::StrSplit(path, '/')) {
    ASSIGN_OR_RETURN(std::string decoded, PercentDecode(segment));
    segments.push_back(std::move(decoded));
  }
  return segments;
}

absl::StatusOr<std::map<std::string, std::string>> ParseQuery(absl::string_view query) {
  std::map<std::string, std::string> parameters;
  for (const absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(pair, absl::MaxSplits('=', 1));
    ASSIGN_OR_RETURN(std::string name, PercentDecode(absl::StrReplaceAll(parts.first, {{"+", " "}})));
    ASSIGN_OR_RETURN(std::string value, PercentDecode(absl::StrReplaceAll(parts.second, {{"+", " "}})));
    parameters.emplace(std::move(name), std::move(value));
  }
  return parameters;
}

}  // namespace specrelay
