#include "relay/api_key.h"

#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {

std::string GenerateApiKey() {
  std::string body = absl::StrCat(kApiKeyPrefix, RandomBase62(kApiKeyRandomCharacters));
  absl::StrAppend(&body, ApiKeyChecksum(body));
  return body;
}

std::string HashApiKey(absl::string_view key) { return Sha256Hex(key); }

}  // namespace specrelay
