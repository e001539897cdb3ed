// Digests and text encodings that are part of the wire contract.
#ifndef SPECRELAY_PROTO_SUPPORT_DIGEST_H_
#define SPECRELAY_PROTO_SUPPORT_DIGEST_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// SHA-256 (FIPS 180-4) of `bytes`, as 32 raw bytes.
std::string Sha256(absl::string_view bytes);

// SHA-256 of `bytes`, as 64 lower-case hexadecimal digits: the content hash of the contract.
std::string Sha256Hex(absl::string_view bytes);

// `length` characters of [0-9A-Za-z] from the operating system's random source; about 5.95 bits each.
std::string RandomBase62(int length);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_DIGEST_H_
