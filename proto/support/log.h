// Structured logs on stderr: one JSON object a line, {"time":…,"level":…,"event":…,"key":"value",…}.
//
// Thread-safe. Never pass a key, a cookie, a document's text or a header's value.
#ifndef SPECRELAY_PROTO_SUPPORT_LOG_H_
#define SPECRELAY_PROTO_SUPPORT_LOG_H_

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// A name and a value; the value is escaped.
using LogField = std::pair<absl::string_view, std::string>;

// Writes one line. `event` is a short constant phrase that a person can search for.
void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields = {});

// The level of that name, as --log_level gives it. INVALID_ARGUMENT for anything but debug, info, warning and error.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name);

// Lines below `level` are not written. kInfo at first.
void SetLogLevel(LogLevel level);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_LOG_H_
