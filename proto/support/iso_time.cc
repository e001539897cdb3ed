#include "proto/support/iso_time.h"

namespace specrelay {
namespace {

// 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z.
constexpr int64_t kFirstSecond = -62'135'596'800;
constexpr int64_t kEndSecond = 253'402'300'800;

}  // namespace

std::string ToIsoTime(absl::Time time) { return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone()); }

absl::optional<absl::Time> ParseIsoTime(absl::string_view text) {
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) return absl::nullopt;
  if (time < absl::FromUnixSeconds(kFirstSecond) || time >= absl::FromUnixSeconds(kEndSecond)) return absl::nullopt;
  return time;
}

}  // namespace specrelay
