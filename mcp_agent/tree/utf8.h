// UTF-8 of names and paths, which come from strangers and end up in messages. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_TREE_UTF8_H_
#define SPECRELAY_MCP_AGENT_TREE_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// Whether `text` is well-formed UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF, no
// truncated sequence. NUL is well-formed.
bool IsValidUtf8(absl::string_view text);

// `text` with U+FFFD in place of each byte that is not part of a well-formed sequence.
std::string ReplaceInvalidUtf8(absl::string_view text);

// `text` between single quotes for an error message: always valid UTF-8, control characters escaped, and cut to about
// 200 bytes.
std::string Quoted(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_UTF8_H_
