// JSON from files and from the network, read without exceptions and without trust. Thread-safe.
#ifndef SPECRELAY_PROTO_SUPPORT_BOUNDED_JSON_H_
#define SPECRELAY_PROTO_SUPPORT_BOUNDED_JSON_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// The JSON (RFC 8259) that `text` is, with its keys in their order. INVALID_ARGUMENT, with a message to put behind "…
// is damaged: " or the like, for anything else, for invalid UTF-8, and for arrays and objects nested deeper than
// `max_depth`: whoever walks a nest deep enough overflows the stack.
absl::StatusOr<nlohmann::ordered_json> ParseBoundedJson(absl::string_view text, int max_depth);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_BOUNDED_JSON_H_
