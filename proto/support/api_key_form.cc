#include "proto/support/api_key_form.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace specrelay {
namespace {

constexpr absl::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kChecksumLength = 6;
constexpr size_t kKeyLength = kApiKeyPrefix.size() + kApiKeyRandomCharacters + kChecksumLength;

}  // namespace

std::string ApiKeyChecksum(absl::string_view body) {
  uint32_t rest =
      static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
  std::string text(kChecksumLength, kDigits[0]);
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kDigits[rest % kDigits.size()];
    rest /= kDigits.size();
  }
  return text;
}

bool LooksLikeApiKey(absl::string_view text) {
  if (text.size() != kKeyLength || !absl::StartsWith(text, kApiKeyPrefix)) return false;
  const absl::string_view rest = text.substr(kApiKeyPrefix.size());
  if (!std::all_of(rest.begin(), rest.end(), absl::ascii_isalnum)) return false;
  return text.substr(kKeyLength - kChecksumLength) == ApiKeyChecksum(text.substr(0, kKeyLength - kChecksumLength));
}

}  // namespace specrelay
