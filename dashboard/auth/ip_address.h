// Addresses of IPv4 and IPv6, and ranges of them. Values; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_IP_ADDRESS_H_
#define SPECRELAY_DASHBOARD_AUTH_IP_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

class IpAddress {
 public:
  // Reads "192.0.2.1", "2001:db8::1", "[2001:db8::1]" or "fe80::1%eth0"; nothing for all else. An IPv4 address inside
  // IPv6 ("::ffff:192.0.2.1") is the IPv4 address.
  static absl::optional<IpAddress> Parse(absl::string_view text);

  bool IsIpv4() const;
  bool IsLoopback() const;

  // With all but the first `bits` of its own kind set to zero: 0..32 of IPv4, 0..128 of IPv6.
  IpAddress Prefix(int bits) const;

  std::string ToString() const;

  friend bool operator==(const IpAddress& a, const IpAddress& b) { return a.bytes_ == b.bytes_; }
  friend bool operator!=(const IpAddress& a, const IpAddress& b) { return !(a == b); }

 private:
  std::array<uint8_t, 16> bytes_{};  // of IPv6; an IPv4 address as it is mapped there
};

class IpRange {
 public:
  // Reads an address, or "10.0.0.0/8". INVALID_ARGUMENT, also when bits behind the prefix are set.
  static absl::StatusOr<IpRange> Parse(absl::string_view text);

  bool Contains(const IpAddress& address) const;

 private:
  IpAddress first_;
  int bits_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_IP_ADDRESS_H_
