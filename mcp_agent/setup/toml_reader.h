// Tells the statements of a TOML file apart, for changing one without touching the others. Pure; thread-safe.
// Source: TOML 1.0.0.
#ifndef SPECRELAY_MCP_AGENT_SETUP_TOML_READER_H_
#define SPECRELAY_MCP_AGENT_SETUP_TOML_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// "[a.b]", "[[a.b]]" or "a.b = …". Blank lines and comments are none.
struct TomlStatement {
  enum class Kind { kTable, kArrayOfTables, kKeyValue };
  Kind kind = Kind::kKeyValue;
  std::vector<std::string> key;  // {"a", "b"}
  size_t begin = 0;              // of its line
  size_t end = 0;                // behind its last line's end, comment and line feed included
  size_t value = 0;              // of a kKeyValue: where its value begins …
  size_t value_end = 0;          // … and ends
};

// The statements of `text` in order. INVALID_ARGUMENT, with the line, where they cannot be told apart: a key or a
// header that is not well formed, a string, array or inline table that does not end. Values are not looked at more
// closely.
absl::StatusOr<std::vector<TomlStatement>> ReadToml(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_TOML_READER_H_
