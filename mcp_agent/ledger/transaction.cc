#include "mcp_agent/ledger/transaction.h"

#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr size_t kIdDigits = 24;

}  // namespace

std::string Transaction::DerivedId(absl::string_view prefix, absl::string_view what) const {
  return DeriveId(request_id(), prefix, what);
}

std::string DeriveId(absl::string_view request_id, absl::string_view prefix, absl::string_view what) {
  const std::string digest = Sha256Hex(absl::StrCat(request_id, absl::string_view("\0", 1), what));
  return absl::StrCat(prefix, digest.substr(0, kIdDigits));
}

}  // namespace specrelay
