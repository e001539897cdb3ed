// Changes one entry of a JSON file that people edit, and not one byte around it: order, spacing, forms of numbers and,
// where there are any, comments and trailing commas stay as they are. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SETUP_JSON_EDIT_H_
#define SPECRELAY_MCP_AGENT_SETUP_JSON_EDIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// `text` with the object at `group`.`name` holding the members of `values`: others that it has stay, objects in
// `values` are merged in the same way, everything else is replaced. What is missing on the way is added at the end. A
// blank text counts as "{}". The same text when it says so already. INVALID_ARGUMENT, with what is wrong, for what is
// no JSON object, and where `group` or the entry is something else than an object.
absl::StatusOr<std::string> SetJsonEntry(absl::string_view text, absl::string_view group, absl::string_view name,
                                         const nlohmann::ordered_json& values);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_JSON_EDIT_H_
