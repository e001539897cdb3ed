// Difference of two texts by lines.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_LINE_DIFF_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_LINE_DIFF_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// Lines of `text` without their ends. A final line end begins no further line. Views into `text`.
std::vector<absl::string_view> SplitLines(absl::string_view text);

// Compares two texts. Each chunk has up to `context_lines` unchanged lines around its changes; chunks that would touch
// are one. "Changes" counts what is both: the smaller of the deletions and additions that stand side by side. Invalid
// UTF-8 in lines becomes U+FFFD. Pure.
v1::ApprovalDiffResponse DiffTexts(absl::string_view old_text, absl::string_view new_text, int context_lines = 3);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_LINE_DIFF_H_
