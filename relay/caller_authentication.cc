#include "relay/caller_authentication.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kScheme[] = "bearer";
constexpr size_t kMaxClientBytes = 200;

absl::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

absl::StatusOr<absl::string_view> PresentedKey(const RequestMetadata& metadata) {
  const auto [first, last] = metadata.equal_range("authorization");
  if (first == last) {
    return absl::UnauthenticatedError(
        "no API key: send it as metadata `authorization: Bearer <key>`; `specrelay_ctl key create` makes one");
  }
  if (std::next(first) != last) {
    return absl::UnauthenticatedError("`authorization` is there more than once; send exactly one");
  }
  absl::string_view value = View(first->second);
  if (!absl::StartsWithIgnoreCase(value, kScheme) || value.size() <= sizeof(kScheme) - 1 ||
      value[sizeof(kScheme) - 1] != ' ') {
    return absl::UnauthenticatedError("`authorization` is not of the form `Bearer <key>`");
  }
  return absl::StripAsciiWhitespace(value.substr(sizeof(kScheme)));
}

// Metadata holds any bytes; what goes into messages must be text.
std::string ClientName(const RequestMetadata& metadata) {
  const auto agent = metadata.find("user-agent");
  if (agent == metadata.end()) return "";
  std::string name(View(agent->second).substr(0, kMaxClientBytes));
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !absl::ascii_isprint(c); }, '?');
  return name;
}

}  // namespace

absl::StatusOr<Caller> AuthenticateCaller(const RequestMetadata& metadata, const KeyStore& keys) {
  ASSIGN_OR_RETURN(const absl::string_view key, PresentedKey(metadata));
  ASSIGN_OR_RETURN(Principal principal, keys.Authenticate(key));
  return Caller{std::move(principal), ClientName(metadata)};
}

size_t MaxDetailsBytes(const RequestMetadata& metadata) {
  const auto entry = metadata.find(kMaxDetailsMetadataKey);
  uint64_t bytes = 0;
  if (entry == metadata.end() || !absl::SimpleAtoi(View(entry->second), &bytes)) return kDefaultMaxDetailsBytes;
  return static_cast<size_t>(
      std::clamp<uint64_t>(bytes, kDefaultMaxDetailsBytes, static_cast<uint64_t>(kHighestMaxDetailsBytes)));
}

}  // namespace specrelay
