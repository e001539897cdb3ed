#include "relay/api_key.h"

#include <zlib.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr absl::string_view kPrefix = "srk_";
constexpr absl::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kRandomLength = 43;
constexpr size_t kChecksumLength = 6;
constexpr size_t kKeyLength = kPrefix.size() + kRandomLength + kChecksumLength;

std::string Checksum(absl::string_view body) {
  uint32_t rest =
      static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  std::string text(kChecksumLength, kDigits[0]);
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kDigits[rest % kDigits.size()];
    rest /= kDigits.size();
  }
  return text;
}

}  // namespace

std::string GenerateApiKey() {
  std::string body = absl::StrCat(kPrefix, RandomBase62(kRandomLength));
  absl::StrAppend(&body, Checksum(body));
  return body;
}

bool LooksLikeApiKey(absl::string_view text) {
  if (text.size() != kKeyLength || !absl::StartsWith(text, kPrefix)) return false;
  const absl::string_view rest = text.substr(kPrefix.size());
  if (!std::all_of(rest.begin(), rest.end(), absl::ascii_isalnum)) return false;
  return text.substr(kKeyLength - kChecksumLength) == Checksum(text.substr(0, kKeyLength - kChecksumLength));
}

std::string HashApiKey(absl::string_view key) { return Sha256Hex(key); }

}  // namespace specrelay
