#include "mcp_agent/audit/audit_verifier.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

using Kind = AuditProblem::Kind;

std::string EntriesBetween(int64_t first, int64_t last) {
  return first == last ? absl::StrCat("entry ", first) : absl::StrCat("entries ", first, " to ", last);
}

std::string RemovedDetail(int64_t first, int64_t last, int64_t damaged) {
  const int64_t count = last - first + 1 - damaged;
  if (damaged == 0) return absl::StrCat(EntriesBetween(first, last), count == 1 ? " is missing" : " are missing");
  return absl::StrCat(count, " of the ", EntriesBetween(first, last), count == 1 ? " is missing" : " are missing");
}

}  // namespace

absl::string_view AuditProblemName(Kind kind) {
  switch (kind) {
    case Kind::kChanged:
      return "changed";
    case Kind::kRemoved:
      return "removed";
    case Kind::kReordered:
      return "reordered";
    case Kind::kUnreadable:
      return "unreadable";
    case Kind::kTorn:
      return "torn";
  }
  return "unknown";
}

AuditVerifier::AuditVerifier(absl::optional<ChainHead> expected, ChainHead before)
    : expected_(std::move(expected)), previous_(before) {
  report_.head = std::move(before);
}

void AuditVerifier::BeginFile(std::string name) {
  EndFile();
  files_.push_back({std::move(name), report_.lines});
}

void AuditVerifier::Feed(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t newline = bytes.find('\n');
    const absl::string_view piece = bytes.substr(0, newline);
    if (newline != absl::string_view::npos && pending_.empty()) {
      CheckLine(piece);
    } else {
      absl::StrAppend(&pending_, piece.substr(0, kMaxAuditLineBytes - pending_.size()));
      if (newline == absl::string_view::npos) return;
      CheckLine(pending_);
      pending_.clear();
    }
    bytes.remove_prefix(newline + 1);
  }
}

void AuditVerifier::EndFile() {
  if (!within_line()) return;
  pending_.clear();
  ++report_.lines;
  ++damaged_since_;
  previous_is_adjacent_ = false;
  Add(Kind::kTorn, report_.lines, 0, 0, "the last line has no end, as after a crash in the middle of writing it");
}

AuditReport AuditVerifier::Finish() {
  EndFile();
  CheckEnd();
  std::stable_sort(report_.problems.begin(), report_.problems.end(),
                   [](const AuditProblem& a, const AuditProblem& b) { return a.line < b.line; });
  for (AuditProblem& problem : report_.problems) Locate(problem);
  return std::move(report_);
}

void AuditVerifier::Locate(AuditProblem& problem) const {
  const auto after =
      std::find_if(files_.begin(), files_.end(), [&](const File& file) { return file.lines_before >= problem.line; });
  const File& file = *std::prev(after);
  problem.file = file.name;
  problem.line -= file.lines_before;
}

void AuditVerifier::CheckLine(absl::string_view line) {
  ++report_.lines;
  const absl::StatusOr<AuditLink> link = ParseAuditLine(line);
  if (link.ok()) return CheckGoodLine(*link);
  ++damaged_since_;
  previous_is_adjacent_ = false;
  Add(absl::IsDataLoss(link.status()) ? Kind::kChanged : Kind::kUnreadable, report_.lines, 0, 0,
      std::string(link.status().message()));
}

void AuditVerifier::CheckGoodLine(const AuditLink& link) {
  ++report_.good_lines;
  CheckPlace(link.head.seq);
  CheckPrev(link);
  CheckExpected(link.head);
  if (link.head.seq > report_.head.seq) {
    report_.head = link.head;
    damaged_since_ = 0;
  }
  previous_ = link.head;
  previous_is_adjacent_ = true;
}

void AuditVerifier::CheckPlace(int64_t seq) {
  const int64_t highest = report_.head.seq;
  if (seq > highest) {
    if (seq - highest - 1 <= damaged_since_) return;
    // Not reported yet: they may still turn up further down.
    if (missing_.Add({highest + 1, seq - 1, report_.lines, damaged_since_})) return;
    Add(Kind::kRemoved, report_.lines, highest + 1, seq - 1, RemovedDetail(highest + 1, seq - 1, damaged_since_));
    return;
  }
  const absl::optional<MissingEntries::Range> gap = missing_.Find(seq);
  if (gap.has_value() && !gap->partly_found) {
    Add(Kind::kReordered, gap->line, gap->last + 1, gap->last + 1,
        absl::StrCat("entry ", gap->last + 1, " stands before entry ", seq));
  }
  if (gap.has_value() && previous_is_adjacent_ && seq == previous_.seq + 1) return;
  Add(Kind::kReordered, report_.lines, seq, seq,
      absl::StrCat("entry ", seq, " stands behind entry ", previous_.seq, ": lines were moved or repeated"));
}

void AuditVerifier::CheckPrev(const AuditLink& link) {
  if (!previous_is_adjacent_ || link.head.seq != previous_.seq + 1 || link.prev == previous_.hash) return;
  if (previous_.seq == 0) {
    Add(Kind::kChanged, report_.lines, 1, 1, "the first entry names a line before it");
    return;
  }
  if (report_.lines == 1) {
    Add(Kind::kChanged, report_.lines, link.head.seq, link.head.seq,
        absl::StrCat("entry ", link.head.seq, " does not follow the entry ", previous_.seq, " that was put aside"));
    return;
  }
  Add(Kind::kChanged, report_.lines - 1, previous_.seq, previous_.seq,
      absl::StrCat("entry ", previous_.seq, " is not the one that entry ", link.head.seq,
                   " was written after: it was changed and its hash made anew"));
}

void AuditVerifier::CheckExpected(const ChainHead& head) {
  if (!expected_.has_value() || head.seq != expected_->seq || head.hash == expected_->hash) return;
  Add(Kind::kChanged, report_.lines, head.seq, head.seq,
      absl::StrCat("entry ", head.seq, " is not the one that the agent wrote: it was changed and its hash made anew"));
}

void AuditVerifier::CheckEnd() {
  for (const MissingEntries::Range& range : missing_.ranges()) {
    if (range.last - range.first + 1 <= range.damaged) continue;
    Add(Kind::kRemoved, range.line, range.first, range.last, RemovedDetail(range.first, range.last, range.damaged));
  }
  const int64_t first = report_.head.seq + 1;
  if (!expected_.has_value() || expected_->seq - first + 1 <= damaged_since_) return;
  Add(Kind::kRemoved, report_.lines + 1, first, expected_->seq,
      absl::StrCat(RemovedDetail(first, expected_->seq, damaged_since_), " at the end"));
}

void AuditVerifier::Add(Kind kind, int64_t line, int64_t first_seq, int64_t last_seq, std::string detail) {
  ++report_.problem_count;
  if (report_.problems.size() >= kMaxProblems) return;
  report_.problems.push_back({kind, /*file=*/"", line, first_seq, last_seq, std::move(detail)});
}

}  // namespace specrelay
