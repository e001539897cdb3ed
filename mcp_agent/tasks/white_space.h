// White space as ECMAScript's trim() and \s have it, because the existing tools that share the tree's documents are
// written in it: tab to carriage return, space, U+00A0, U+1680, U+2000..U+200A, U+2028, U+2029, U+202F, U+205F, U+3000
// and U+FEFF, all in UTF-8. Invalid UTF-8 is never white space. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TASKS_WHITE_SPACE_H_
#define SPECRELAY_MCP_AGENT_TASKS_WHITE_SPACE_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace specrelay {

// Bytes of the white-space character that `text` starts with; 0 when it starts with none.
size_t SpaceAtStart(absl::string_view text);

// `text` from its first character on that is no white space. The views returned point into `text`.
absl::string_view SkipSpace(absl::string_view text);

// `text` without white space at either end.
absl::string_view TrimSpace(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TASKS_WHITE_SPACE_H_
