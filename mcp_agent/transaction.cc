#include "mcp_agent/transaction.h"

#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {

std::string Transaction::DerivedId(absl::string_view prefix, absl::string_view what) const {
  constexpr int kIdLength = 24;  // 96 bits of the digest
  const std::string digest = Sha256Hex(absl::StrCat(request_id(), absl::string_view("\0", 1), what));
  return absl::StrCat(prefix, digest.substr(0, kIdLength));
}

}  // namespace specrelay
