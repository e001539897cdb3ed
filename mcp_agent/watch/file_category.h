// Which part of the tree a file belongs to, told from its path alone. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_WATCH_FILE_CATEGORY_H_
#define SPECRELAY_MCP_AGENT_WATCH_FILE_CATEGORY_H_

#include "absl/strings/string_view.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Category of the file at `path`, which is relative to the tree. A markdown file directly in the directory of an active
// spec or of the steering documents is a document whatever its name; what has no place in the layout is OTHER. Never
// UNSPECIFIED.
v1::FileCategory CategoryOf(absl::string_view path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_FILE_CATEGORY_H_
