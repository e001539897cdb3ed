#include "dashboard/auth/login_throttle.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "dashboard/auth/ip_address.h"

namespace specrelay {
namespace {

constexpr int kIpv6NetworkBits = 64;

std::string SourceOf(absl::string_view address) {
  const absl::optional<IpAddress> parsed = IpAddress::Parse(address);
  if (!parsed.has_value()) return std::string(address);
  return parsed->IsIpv4() ? parsed->ToString() : parsed->Prefix(kIpv6NetworkBits).ToString();
}

}  // namespace

template <typename Value>
Value& LoginThrottle::Recent<Value>::Touch(const std::string& key, size_t max_size) {
  const auto found = by_key.find(key);
  if (found != by_key.end()) {
    order.splice(order.end(), order, found->second);
    return found->second->second;
  }
  if (by_key.size() >= max_size) {
    by_key.erase(order.front().first);
    order.pop_front();
  }
  order.emplace_back(key, Value());
  by_key[key] = std::prev(order.end());
  return order.back().second;
}

absl::Duration LoginThrottle::RecordWrong(absl::string_view address) {
  const std::string source = SourceOf(address);
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mu_);
  const absl::Duration wait = WaitLocked(source, now);
  if (wait > absl::ZeroDuration()) return wait;
  std::deque<absl::Time>& times = failures_.Touch(source, options_.max_addresses);
  times.push_back(now);
  if (times.size() > options_.max_failures) times.pop_front();
  return absl::ZeroDuration();
}

absl::Duration LoginThrottle::RecordRight(absl::string_view address, absl::string_view fingerprint) {
  const std::string source = SourceOf(address);
  const std::string pair = absl::StrCat(source, " ", fingerprint);
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mu_);
  const auto trusted = trusted_.by_key.find(pair);
  const bool was_right = trusted != trusted_.by_key.end() && now - trusted->second->second < options_.trust;
  const absl::Duration wait = was_right ? absl::ZeroDuration() : WaitLocked(source, now);
  if (wait == absl::ZeroDuration()) trusted_.Touch(pair, options_.max_trusted) = now;
  return wait;
}

absl::Duration LoginThrottle::WaitLocked(const std::string& source, absl::Time now) const {
  const auto failures = failures_.by_key.find(source);
  if (failures == failures_.by_key.end()) return absl::ZeroDuration();
  const std::deque<absl::Time>& times = failures->second->second;
  if (times.size() < options_.max_failures) return absl::ZeroDuration();
  return std::max(times.front() + options_.window - now, absl::ZeroDuration());
}

}  // namespace specrelay
