#include "mcp_agent/ledger/audit_log.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Enough for one line at its largest and the end of the one before.
constexpr int64_t kTailBytes = 2 * static_cast<int64_t>(kMaxAuditLineBytes);
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
constexpr int64_t kVerifyBlockBytes = int64_t{1} << 20;

// The head of the last line of `text`, which must end with a whole line.
absl::StatusOr<ChainHead> HeadOfText(absl::string_view text) {
  if (!absl::ConsumeSuffix(&text, "\n")) return absl::DataLossError("the last line is cut short");
  return HeadOfLine(text.substr(text.rfind('\n') + 1));
}

// The part of `text` up to the end of its last line that has a good hash, whose head becomes `head`.
absl::string_view GoodPart(absl::string_view text, ChainHead& head) {
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

absl::StatusOr<std::string> ReadTail(const Tree& tree, absl::string_view path) {
  ASSIGN_OR_RETURN(const FileStat stat, tree.Stat(path));
  return tree.ReadFrom(path, std::max<int64_t>(stat.size_bytes - kTailBytes, 0), kTailBytes);
}

}  // namespace

absl::Status AuditLog::CatchUp(const TreeLock& lock, const Journal& journal) {
  RETURN_IF_ERROR(FindHead(lock));
  if (journal.last_audit_sequence() <= head_.seq) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string lines, journal.AuditLinesAfter(head_.seq));
  if (lines.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const ChainHead head, HeadOfText(lines));
  PutAsideIfLarge(lock);
  return Append(lock, lines, head);
}

absl::Status AuditLog::FindHead(const TreeLock& lock) {
  const absl::StatusOr<FileStat> stat = tree_.Stat(kAuditFile);
  if (absl::IsNotFound(stat.status())) {
    inode_ = 0;
    ASSIGN_OR_RETURN(head_, HeadOfParts());
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(stat.status());
  if (stat->device == device_ && stat->inode == inode_ && stat->size_bytes == size_bytes_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string tail, ReadTail(tree_, kAuditFile));
  if (tail.empty()) {
    ASSIGN_OR_RETURN(head_, HeadOfParts());
    return Remember();
  }
  const absl::StatusOr<ChainHead> head = HeadOfText(tail);
  if (!head.ok()) return Repair(lock);
  head_ = *head;
  return Remember();
}

void AuditLog::PutAsideIfLarge(const TreeLock& lock) {
  if (inode_ == 0 || size_bytes_ < max_file_bytes_) return;
  const std::string part = AuditPartName(head_.seq);
  // A power cut must not take lines of it once others follow them elsewhere.
  absl::Status done = tree_.Sync(lock, {kAuditFile});
  if (done.ok()) done = tree_.Rename(lock, kAuditFile, part);
  if (done.ok()) {
    inode_ = 0;
    size_bytes_ = 0;
    Log(LogLevel::kInfo, "put aside the audit so far", {{"as", JoinPath(kTreeDirectory, part)}});
  } else if (!explained_) {
    Log(LogLevel::kWarning, "cannot put the audit so far aside",
        {{"as", JoinPath(kTreeDirectory, part)},
         {"reason", std::string(done.message())},
         {"what_to_do", "see to it that the agent can rename the file: at 64 MiB it takes no more writes"}});
    explained_ = true;
  }
}

absl::StatusOr<ChainHead> AuditLog::HeadOfParts() const {
  ChainHead head;
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree_.List("");
  if (absl::IsNotFound(entries.status())) return head;
  RETURN_IF_ERROR(entries.status());
  const std::vector<std::string> parts = AuditParts(*entries);
  if (parts.empty()) return head;
  ASSIGN_OR_RETURN(const std::string tail, ReadTail(tree_, parts.back()));
  GoodPart(tail, head);
  return head;
}

absl::Status AuditLog::Verify() const {
  ASSIGN_OR_RETURN(ChainHead before, HeadOfParts());
  AuditVerifier verifier(/*expected=*/absl::nullopt, std::move(before));
  for (int64_t offset = 0; offset < size_bytes_ && inode_ != 0; offset += kVerifyBlockBytes) {
    ASSIGN_OR_RETURN(const std::string block,
                     tree_.ReadFrom(kAuditFile, offset, std::min(kVerifyBlockBytes, size_bytes_ - offset)));
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
  ASSIGN_OR_RETURN(const std::string text, tree_.ReadFrom(kAuditFile, 0, kNoLimit));
  // Named after its content: however often this is tried, one copy is kept.
  const std::string kept = absl::StrCat(kAuditFile, ".damaged-", Sha256Hex(text).substr(0, 16));
  if (absl::IsNotFound(tree_.Stat(kept).status())) RETURN_IF_ERROR(tree_.Write(lock, kept, text).status());
  ASSIGN_OR_RETURN(ChainHead head, HeadOfParts());
  const absl::string_view good = GoodPart(text, head);
  RETURN_IF_ERROR(tree_.Write(lock, kAuditFile, good).status());
  Log(LogLevel::kError, "the end of the audit was damaged",
      {{"kept_as", JoinPath(kTreeDirectory, kept)},
       {"goes_on_from_line", absl::StrCat(head.seq)},
       {"what_to_do", "compare the two files; what the journal still has is restored"}});
  head_ = head;
  return Remember();
}

absl::Status AuditLog::Remember() {
  ASSIGN_OR_RETURN(const FileStat stat, tree_.Stat(kAuditFile));
  device_ = stat.device;
  inode_ = stat.inode;
  size_bytes_ = stat.size_bytes;
  return absl::OkStatus();
}

absl::Status AuditLog::Append(const TreeLock& lock, absl::string_view lines, const ChainHead& head) {
  RETURN_IF_ERROR(tree_.AppendLazily(lock, kAuditFile, lines));
  head_ = head;
  if (inode_ == 0) return Remember();
  size_bytes_ += static_cast<int64_t>(lines.size());
  return absl::OkStatus();
}

}  // namespace specrelay
