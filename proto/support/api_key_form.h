// How API keys look, for whoever is given one.
//
// A key is 53 characters: "srk_", then 43 random characters of [0-9A-Za-z] (256 bits), then 6 characters of checksum.
// The checksum is the CRC-32/ISO-HDLC (the one of zlib and PNG) of the first 47 characters as ASCII bytes, written as a
// number to the base 62 with the digits 0-9, A-Z, a-z in this order, most significant first, padded with "0". It finds
// truncated and mistyped keys without a look-up and lets secret scanners recognise a real key; it proves nothing.
//
// Pure functions; thread-safe.
#ifndef SPECRELAY_PROTO_SUPPORT_API_KEY_FORM_H_
#define SPECRELAY_PROTO_SUPPORT_API_KEY_FORM_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

inline constexpr absl::string_view kApiKeyPrefix = "srk_";
inline constexpr size_t kApiKeyRandomCharacters = 43;

// The checksum of `body`, which is all of a key before it.
std::string ApiKeyChecksum(absl::string_view body);

// Whether `text` has the form of a key: prefix, length, alphabet and checksum. Cheap, so that junk is refused unhashed.
bool LooksLikeApiKey(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_API_KEY_FORM_H_
