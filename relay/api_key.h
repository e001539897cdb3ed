// API keys: how they are made, and what of them is stored. proto/support/api_key_form.h says how they look.
//
// Pure functions; thread-safe.
#ifndef SPECRELAY_RELAY_API_KEY_H_
#define SPECRELAY_RELAY_API_KEY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "proto/support/api_key_form.h"  // IWYU pragma: export

namespace specrelay {

// A new key from the operating system's random source.
std::string GenerateApiKey();

// What is stored instead of the key: its SHA-256 in hexadecimal. A slow, salted hash protects guessable secrets; 256
// random bits cannot be guessed, so it would only make each call slow.
std::string HashApiKey(absl::string_view key);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_API_KEY_H_
