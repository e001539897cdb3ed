#include "proto/support/digest.h"

#include <openssl/evp.h>
#include <sys/random.h>

#include <array>
#include <cstdlib>

#include "absl/strings/escaping.h"

namespace specrelay {
namespace {

// Looking an algorithm up costs more than hashing a key with it.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

}  // namespace

std::string Sha256(absl::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, Sha256Algorithm(),
             nullptr);
  digest.resize(length);
  return digest;
}

std::string Sha256Hex(absl::string_view bytes) { return absl::BytesToHexString(Sha256(bytes)); }

std::string RandomBase62(int length) {
  static constexpr char kAlphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  // Bytes from 248 on are thrown away: 248 is the largest multiple of 62 in a byte, so that no character is favoured.
  constexpr int kLimit = 248;
  std::string text;
  text.reserve(length);
  // Fetched for each call: bytes kept for later would be the same ones in a process that is forked.
  std::array<unsigned char, 64> random;
  while (static_cast<int>(text.size()) < length) {
    // Without a random source no secret may be made.
    if (getentropy(random.data(), random.size()) != 0) std::abort();
    for (unsigned char byte : random) {
      if (byte < kLimit && static_cast<int>(text.size()) < length) text.push_back(kAlphabet[byte % 62]);
    }
  }
  return text;
}

}  // namespace specrelay
