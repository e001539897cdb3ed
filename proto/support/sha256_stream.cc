#include "proto/support/sha256_stream.h"

#include <openssl/evp.h>

#include <cstdlib>

#include "absl/strings/escaping.h"

namespace specrelay {
namespace {

// OpenSSL fails in these only for want of memory, when nothing can be promised any more.
void Check(int result) {
  if (result != 1) std::abort();
}

}  // namespace

struct Sha256Stream::Context {
  Context() : state(EVP_MD_CTX_new()) {
    if (state == nullptr) std::abort();
  }
  ~Context() { EVP_MD_CTX_free(state); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  EVP_MD_CTX* const state;
};

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  Check(EVP_DigestInit_ex(context_->state, EVP_sha256(), nullptr));
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::string_view bytes) {
  Check(EVP_DigestUpdate(context_->state, bytes.data(), bytes.size()));
}

std::string Sha256Stream::HexDigest() const {
  const Context copy;
  Check(EVP_MD_CTX_copy_ex(copy.state, context_->state));
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned int length = 0;
  Check(EVP_DigestFinal_ex(copy.state, reinterpret_cast<unsigned char*>(digest.data()), &length));
  digest.resize(length);
  return absl::BytesToHexString(digest);
}

}  // namespace specrelay
