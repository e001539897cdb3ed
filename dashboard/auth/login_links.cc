#include "dashboard/auth/login_links.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr int kTokenLength = 43;  // 256 bits
constexpr absl::string_view kUsedUp =
    "this login link was used before or has expired; ask for a new one, or log in with a key";

}  // namespace

std::string LoginUrl(absl::string_view base_url, const LoginLink& link) {
  return absl::StrCat(base_url, "/login?token=", link.token);
}

absl::StatusOr<LoginLink> LoginLinks::Make(const Principal& principal) {
  const absl::Time now = clock_.Now();
  LoginLink link = {RandomBase62(kTokenLength), now + kLoginLinkLifetime};
  absl::MutexLock lock(&mu_);
  absl::erase_if(by_hash_, [now](const auto& entry) { return entry.second.expires_at <= now; });
  const size_t of_key = std::count_if(by_hash_.begin(), by_hash_.end(), [&](const auto& entry) {
    return entry.second.principal.key_id == principal.key_id;
  });
  if (of_key >= limits_.per_key || by_hash_.size() >= limits_.all) {
    return absl::ResourceExhaustedError(
        "there are too many login links that nobody has used; use one of them, or wait until they expire");
  }
  by_hash_[Sha256(link.token)] = {principal, link.expires_at};
  return link;
}

absl::StatusOr<Principal> LoginLinks::Use(absl::string_view token) {
  const std::string hash = Sha256(token);
  absl::MutexLock lock(&mu_);
  const auto found = by_hash_.find(hash);
  if (found == by_hash_.end()) return absl::UnauthenticatedError(kUsedUp);
  const Pending pending = std::move(found->second);
  by_hash_.erase(found);
  if (pending.expires_at <= clock_.Now() || !keys_.StillGrants(pending.principal)) {
    return absl::UnauthenticatedError(kUsedUp);
  }
  return pending.principal;
}

}  // namespace specrelay
