// Names as a file system that ignores case compares them.
#ifndef SPECRELAY_MCP_AGENT_TREE_FOLDED_NAME_H_
#define SPECRELAY_MCP_AGENT_TREE_FOLDED_NAME_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// `name` in lower case as far as it can equal an ASCII name: the two other characters that fold to ASCII letters (the
// long s and the Kelvin sign) become these, and the characters that such file systems ignore (soft hyphen, zero width
// joiner and their like) are left out. Everything else stays. Two names that any file system takes for one and that
// are ASCII in one spelling are equal when folded. Pure; invalid UTF-8 stays as it is.
std::string FoldedName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_FOLDED_NAME_H_
