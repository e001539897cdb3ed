#include "mcp_agent/ledger/audit_log.h"

#include <algorithm>
#include <limits>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kPath[] = "audit.jsonl";
// Enough for one line at its largest and the end of the one before.
constexpr int64_t kTailBytes = 2 * static_cast<int64_t>(kMaxAuditLineBytes);
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
constexpr int64_t kVerifyBlockBytes = int64_t{1} << 20;

// The head of the last line of `text`, which must end with a whole line.
absl::StatusOr<ChainHead> HeadOfText(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) return absl::DataLossError("the last line is cut short");
  return HeadOfLine(text.substr(text.rfind('\n') + 1));
}

// The part of `text` up to the end of its last line that has a good hash.
absl::string_view GoodPart(absl::string_view text, ChainHead& head) {
  head = ChainHead();
  while (!text.empty()) {
    if (const absl::StatusOr<ChainHead> found = HeadOfText(text); found.ok()) {
      head = *found;
      return text;
    }
    absl::ConsumeSuffix(&text, "\n");
    text = text.substr(0, text.rfind('\n') + 1);
  }
  return text;
}

}  // namespace

absl::Status AuditLog::CatchUp(const TreeLock& lock, const Journal& journal) {
  RETURN_IF_ERROR(FindHead(lock));
  if (journal.last_audit_sequence() <= head_.seq) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string lines, journal.AuditLinesAfter(head_.seq));
  if (lines.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ChainHead head, HeadOfText(lines));
  return Append(lock, lines, head);
}

absl::Status AuditLog::FindHead(const TreeLock& lock) {
  const absl::StatusOr<FileStat> stat = tree_.Stat(kPath);
  if (absl::IsNotFound(stat.status())) {
    head_ = ChainHead();
    inode_ = 0;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(stat.status());
  if (stat->device == device_ && stat->inode == inode_ && stat->size_bytes == size_bytes_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string tail,
                   tree_.ReadFrom(kPath, std::max<int64_t>(stat->size_bytes - kTailBytes, 0), kTailBytes));
  if (tail.empty()) {
    head_ = ChainHead();
    return Remember();
  }
  const absl::StatusOr<ChainHead> head = HeadOfText(tail);
  if (!head.ok()) return Repair(lock);
  head_ = *head;
  return Remember();
}

absl::Status AuditLog::Verify() const {
  AuditVerifier verifier;
  for (int64_t offset = 0; offset < size_bytes_ && inode_ != 0; offset += kVerifyBlockBytes) {
    ASSIGN_OR_RETURN(const std::string block,
                     tree_.ReadFrom(kPath, offset, std::min(kVerifyBlockBytes, size_bytes_ - offset)));
    verifier.Feed(block);
  }
  const AuditReport report = verifier.Finish();
  if (report.intact()) return absl::OkStatus();
  const AuditProblem& first = report.problems.front();
  Log(LogLevel::kError, "the audit is damaged",
      {{"problems", absl::StrCat(report.problem_count)},
       {"first", absl::StrCat("line ", first.line, " ", AuditProblemName(first.kind), ": ", first.detail)},
       {"what_to_do", "run specrelay_ctl audit verify for all of them; the file is left as it is"}});
  return absl::OkStatus();
}

absl::Status AuditLog::Repair(const TreeLock& lock) {
  ASSIGN_OR_RETURN(const std::string text, tree_.ReadFrom(kPath, 0, kNoLimit));
  // Named after its content: however often this is tried, one copy is kept.
  const std::string kept = absl::StrCat(kPath, ".damaged-", Sha256Hex(text).substr(0, 16));
  if (absl::IsNotFound(tree_.Stat(kept).status())) RETURN_IF_ERROR(tree_.Write(lock, kept, text).status());
  ChainHead head;
  const absl::string_view good = GoodPart(text, head);
  RETURN_IF_ERROR(tree_.Write(lock, kPath, good).status());
  Log(LogLevel::kError, "the end of the audit was damaged",
      {{"kept_as", JoinPath(kTreeDirectory, kept)},
       {"goes_on_from_line", absl::StrCat(head.seq)},
       {"what_to_do", "compare the two files; what the journal still has is restored"}});
  head_ = head;
  return Remember();
}

absl::Status AuditLog::Remember() {
  ASSIGN_OR_RETURN(const FileStat stat, tree_.Stat(kPath));
  device_ = stat.device;
  inode_ = stat.inode;
  size_bytes_ = stat.size_bytes;
  return absl::OkStatus();
}

absl::Status AuditLog::Append(const TreeLock& lock, absl::string_view lines, const ChainHead& head) {
  RETURN_IF_ERROR(tree_.AppendLazily(lock, kPath, lines));
  head_ = head;
  if (inode_ == 0) return Remember();
  size_bytes_ += static_cast<int64_t>(lines.size());
  return absl::OkStatus();
}

}  // namespace specrelay
