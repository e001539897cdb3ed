// gzip (RFC 1952) of short byte strings.
#ifndef SPECRELAY_PROTO_SUPPORT_GZIP_H_
#define SPECRELAY_PROTO_SUPPORT_GZIP_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// `bytes` compressed fast rather than small. Thread-safe.
std::string Gzip(absl::string_view bytes);

// What `compressed` holds. INVALID_ARGUMENT when it is no gzip, is cut off, has something behind it, or holds more than
// `max_bytes`, which is the most that is ever held in memory. Thread-safe.
absl::StatusOr<std::string> Gunzip(absl::string_view compressed, size_t max_bytes);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_GZIP_H_
