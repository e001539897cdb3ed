// Times as JSON files and documents hold them: ISO 8601 in UTC with milliseconds, "2026-11-21T02:21:34.305Z".
// Thread-safe.
#ifndef SPECRELAY_PROTO_SUPPORT_ISO_TIME_H_
#define SPECRELAY_PROTO_SUPPORT_ISO_TIME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

// `time` in that form, cut to milliseconds.
std::string ToIsoTime(absl::Time time);

// The time that `text` states, in any time zone and with any number of digits after the seconds; nothing when it is no
// ISO 8601 time or not one that google.protobuf.Timestamp can hold (years 1 to 9999).
absl::optional<absl::Time> ParseIsoTime(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_ISO_TIME_H_
