// What changed in a document, in the few lines that fit into an error message.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_CHANGE_SUMMARY_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_CHANGE_SUMMARY_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// A comparison in the manner of diff -u without file names, with one line of surroundings and the first 40 changed
// lines, each cut to about 160 bytes; says when there are more. Empty for texts with the same lines. Pure.
std::string SummarizeChange(absl::string_view old_text, absl::string_view new_text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_CHANGE_SUMMARY_H_
