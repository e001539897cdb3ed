// Entries in the layout of `Implementation Logs/*.md`.
#ifndef SPECRELAY_MCP_AGENT_LOGS_MARKDOWN_LOG_H_
#define SPECRELAY_MCP_AGENT_LOGS_MARKDOWN_LOG_H_

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// The entry that the file called `file_name` holds; nothing when it names no task. Any bytes are a document: what is
// not understood is left out, invalid UTF-8 becomes U+FFFD. An entry without an id gets the file's name as its id.
// Linear in the size. Thread-safe.
absl::optional<v1::ImplementationLogEntry> ParseMarkdownLog(absl::string_view file_name, absl::string_view document);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_MARKDOWN_LOG_H_
