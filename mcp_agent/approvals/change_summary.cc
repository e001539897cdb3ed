#include "mcp_agent/approvals/change_summary.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/approvals/line_diff.h"

namespace specrelay {
namespace {

constexpr int kMaxChangedLines = 40;
constexpr size_t kMaxLineBytes = 160;

absl::string_view MarkOf(v1::DiffLineType type) {
  switch (type) {
    case v1::DIFF_LINE_TYPE_ADD:
      return "+";
    case v1::DIFF_LINE_TYPE_DELETE:
      return "-";
    default:
      return " ";
  }
}

void AppendCut(absl::string_view text, std::string& out) {
  size_t end = kMaxLineBytes;
  if (text.size() > end) {
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    absl::StrAppend(&out, text.substr(0, end), "…\n");
  } else {
    absl::StrAppend(&out, text, "\n");
  }
}

}  // namespace

std::string SummarizeChange(absl::string_view old_text, absl::string_view new_text) {
  const v1::ApprovalDiffResponse diff = DiffTexts(old_text, new_text, /*context_lines=*/1);
  std::string out;
  int changed = 0;
  for (const v1::DiffChunk& chunk : diff.chunks()) {
    absl::StrAppend(&out, "@@ -", chunk.old_start(), ",", chunk.old_lines(), " +", chunk.new_start(), ",",
                    chunk.new_lines(), " @@\n");
    for (const v1::DiffLine& line : chunk.lines()) {
      if (line.type() != v1::DIFF_LINE_TYPE_NORMAL && ++changed > kMaxChangedLines) {
        absl::StrAppend(&out, "… ", diff.additions() + diff.deletions(), " lines added or deleted in all\n");
        return out;
      }
      absl::StrAppend(&out, MarkOf(line.type()));
      AppendCut(line.content(), out);
    }
  }
  return out;
}

}  // namespace specrelay
