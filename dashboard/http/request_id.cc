#include "dashboard/http/request_id.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr size_t kMaxLength = 128;
constexpr int kGeneratedLength = 22;  // 131 bits

}  // namespace

absl::StatusOr<std::string> RequestIdOf(const HttpRequest& request) {
  const absl::optional<absl::string_view> given = request.FindHeader("X-Request-Id");
  if (!given) return RandomBase62(kGeneratedLength);
  const bool visible = std::all_of(given->begin(), given->end(),
                                   [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
  if (given->empty() || given->size() > kMaxLength || !visible) {
    return absl::InvalidArgumentError("X-Request-Id must be 1 to 128 visible ASCII characters; or leave it out");
  }
  return std::string(*given);
}

}  // namespace specrelay
