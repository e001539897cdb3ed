#include "proto/support/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"

namespace specrelay {
namespace {

// Looking an algorithm up costs more than hashing a key with it.
const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm;
}

// Random bytes of one thread, fetched many at a time: each visit to the generator costs microseconds.
class RandomBytes {
 public:
  unsigned char Next() {
    if (next_ == bytes_.size()) {
      // Without a random source no secret may be made.
      if (RAND_bytes(bytes_.data(), bytes_.size()) != 1) std::abort();
      next_ = 0;
    }
    return std::exchange(bytes_[next_++], 0);  // what became a secret is not kept
  }

 private:
  std::array<unsigned char, 512> bytes_;
  size_t next_ = bytes_.size();
};

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
  thread_local RandomBytes random;
  while (static_cast<int>(text.size()) < length) {
    const unsigned char byte = random.Next();
    if (byte < kLimit) text.push_back(kAlphabet[byte % 62]);
  }
  return text;
}

}  // namespace specrelay
