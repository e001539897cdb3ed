// SHA-256 of bytes that come in parts.
#ifndef SPECRELAY_PROTO_SUPPORT_SHA256_STREAM_H_
#define SPECRELAY_PROTO_SUPPORT_SHA256_STREAM_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(absl::string_view bytes);

  // Of all bytes so far, as 64 lower-case hexadecimal digits; more may follow.
  std::string HexDigest() const;

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
};

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_SHA256_STREAM_H_
