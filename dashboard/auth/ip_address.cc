#include "dashboard/auth/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr int kMappedBits = 96;

}  // namespace

absl::optional<IpAddress> IpAddress::Parse(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "[") && !absl::ConsumeSuffix(&text, "]")) return absl::nullopt;
  const std::string bare(text.substr(0, text.find('%')));
  IpAddress address;
  if (inet_pton(AF_INET6, bare.c_str(), address.bytes_.data()) == 1) return address;
  std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
  if (inet_pton(AF_INET, bare.c_str(), address.bytes_.data() + kMapped.size()) == 1) return address;
  return absl::nullopt;
}

bool IpAddress::IsIpv4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

bool IpAddress::IsLoopback() const {
  if (IsIpv4()) return bytes_[kMapped.size()] == 127;
  std::array<uint8_t, 16> one{};
  one.back() = 1;
  return bytes_ == one;
}

IpAddress IpAddress::Prefix(int bits) const {
  if (IsIpv4()) bits += kMappedBits;
  IpAddress prefix = *this;
  for (int i = 0; i < static_cast<int>(bytes_.size()); ++i) {
    const int kept = std::clamp(bits - 8 * i, 0, 8);
    prefix.bytes_[i] = static_cast<uint8_t>(bytes_[i] & (0xff00 >> kept));
  }
  return prefix;
}

std::string IpAddress::ToString() const {
  char text[INET6_ADDRSTRLEN];
  const bool ipv4 = IsIpv4();
  inet_ntop(ipv4 ? AF_INET : AF_INET6, bytes_.data() + (ipv4 ? kMapped.size() : 0), text, sizeof(text));
  return text;
}

absl::StatusOr<IpRange> IpRange::Parse(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  const absl::optional<IpAddress> first = IpAddress::Parse(parts[0]);
  IpRange range;
  if (first.has_value()) {
    range.first_ = *first;
    range.bits_ = first->IsIpv4() ? 32 : 128;
  }
  const int most = range.bits_;
  const bool readable = first.has_value() && (parts.size() == 1 || absl::SimpleAtoi(parts[1], &range.bits_));
  if (!readable || range.bits_ < 0 || range.bits_ > most || first->Prefix(range.bits_) != *first) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no range of addresses; write one as 127.0.0.1, ::1 or 10.0.0.0/8"));
  }
  return range;
}

bool IpRange::Contains(const IpAddress& address) const {
  return address.IsIpv4() == first_.IsIpv4() && address.Prefix(bits_) == first_;
}

}  // namespace specrelay
