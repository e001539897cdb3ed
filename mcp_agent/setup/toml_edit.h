// Changes one table of a TOML file that people edit, and not one byte around it. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_SETUP_TOML_EDIT_H_
#define SPECRELAY_MCP_AGENT_SETUP_TOML_EDIT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct TomlValue {
  std::string key;
  std::string value;      // as TOML
  bool only_new = false;  // leave it as it is where it is set
};

// As TOML.
std::string TomlString(absl::string_view text);
std::string TomlStrings(const std::vector<std::string>& texts);

// `text` with the table [`group`.`name`] holding `values`; whatever else it has stays. A missing table is added at the
// end. The same text when it says so already. INVALID_ARGUMENT, with what is wrong, for what is no TOML, and where the
// table is written in another way than under a header of its own.
absl::StatusOr<std::string> SetTomlTable(absl::string_view text, const std::string& group, const std::string& name,
                                         const std::vector<TomlValue>& values);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_TOML_EDIT_H_
