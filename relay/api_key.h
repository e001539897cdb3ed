// API keys: how they look, how they are made, and what of them is stored.
//
// A key is 53 characters: "srk_", then 43 random characters of [0-9A-Za-z] (256 bits), then 6 characters of checksum.
// The checksum is the CRC-32/ISO-HDLC (the one of zlib and PNG) of the first 47 characters as ASCII bytes, written as a
// number to the base 62 with the digits 0-9, A-Z, a-z in this order, most significant first, padded with "0". It finds
// truncated and mistyped keys without a look-up and lets secret scanners recognise a real key; it proves nothing.
//
// Pure functions; thread-safe.
#ifndef SPECRELAY_RELAY_API_KEY_H_
#define SPECRELAY_RELAY_API_KEY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// A new key from the operating system's random source.
std::string GenerateApiKey();

// Whether `text` has the form of a key: prefix, length, alphabet and checksum. Cheap, so that junk is refused unhashed.
bool LooksLikeApiKey(absl::string_view text);

// What is stored instead of the key: its SHA-256 in hexadecimal. A slow, salted hash protects guessable secrets; 256
// random bits cannot be guessed, so it would only make each call slow.
std::string HashApiKey(absl::string_view key);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_API_KEY_H_
