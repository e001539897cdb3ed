// The rule for names that become one component of a path: of specs, documents, approval categories and approval ids.
// Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SPECS_NAMES_H_
#define SPECRELAY_MCP_AGENT_SPECS_NAMES_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace specrelay {

constexpr size_t kMaxNameBytes = 128;

// OK when `name` has 1 to 128 bytes of UTF-8, does not start with a dot, and has no "/", no "\", no NUL and no other
// control character. Else INVALID_ARGUMENT with a message that calls it `kind` ("spec name", "approval id"), says what
// is wrong and what is allowed.
absl::Status CheckName(absl::string_view kind, absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_NAMES_H_
