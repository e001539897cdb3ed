#include "mcp_agent/ledger/journal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/journal_frames.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kPath[] = ".specrelay/journal";
// The journal is rewritten when a limit is exceeded by this share of it, so that not every append rewrites it.
constexpr int64_t kSlackShare = 10;
// Records between two looks for old ones.
constexpr int64_t kCheckAgeEvery = 256;
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

absl::optional<FileStat> PresentStat(const absl::StatusOr<FileStat>& stat) {
  if (!stat.ok()) return absl::nullopt;
  return *stat;
}

std::string KeptPath(absl::string_view why, absl::Time now) {
  return absl::StrCat(kPath, ".", why, "-", absl::FormatTime("%Y%m%dT%H%M%E3SZ", now, absl::UTCTimeZone()));
}

}  // namespace

void Journal::Forget() {
  device_ = 0;
  inode_ = 0;
  size_bytes_ = 0;
  entries_.clear();
  by_request_.clear();
  last_.reset();
  last_audit_sequence_ = 0;
}

void Journal::Take(const ledger::JournalRecord& record, int64_t offset, int64_t length) {
  by_request_[record.request_id()] = entries_.size();
  entries_.push_back({record.request_id(), offset, length, record.at_ms(), record.audit_sequence()});
  if (record.audit_sequence() > 0) last_audit_sequence_ = record.audit_sequence();
  last_ = record;
}

absl::StatusOr<bool> Journal::CatchUp(const TreeLock& lock, absl::Time now) {
  const absl::StatusOr<FileStat> found = tree_.Stat(kPath);
  if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
  const absl::optional<FileStat> stat = PresentStat(found);
  if (!stat.has_value()) {
    Forget();
    return false;
  }
  if (stat->device != device_ || stat->inode != inode_ || stat->size_bytes < size_bytes_) Forget();
  if (stat->size_bytes == size_bytes_ && inode_ != 0) return false;
  device_ = stat->device;
  inode_ = stat->inode;
  const int64_t known_bytes = size_bytes_;
  ASSIGN_OR_RETURN(const std::string text, tree_.ReadFrom(kPath, known_bytes, kNoLimit));
  const JournalScan scan = ScanJournal(text);
  for (const JournalFrame& frame : scan.frames) {
    Take(frame.record, known_bytes + static_cast<int64_t>(frame.offset), static_cast<int64_t>(frame.length));
  }
  size_bytes_ = known_bytes + static_cast<int64_t>(text.size());
  if (scan.damaged_bytes > 0 || scan.torn_bytes > 0) {
    ASSIGN_OR_RETURN(const std::string whole, tree_.ReadFrom(kPath, 0, kNoLimit));
    RETURN_IF_ERROR(Repair(lock, whole, ScanJournal(whole), now));
  }
  return true;
}

absl::StatusOr<absl::optional<ledger::JournalRecord>> Journal::Find(absl::string_view request_id) const {
  const auto found = by_request_.find(request_id);
  if (found == by_request_.end()) return absl::optional<ledger::JournalRecord>();
  ASSIGN_OR_RETURN(ledger::JournalRecord record, Load(entries_[found->second]));
  return absl::make_optional(std::move(record));
}

absl::StatusOr<ledger::JournalRecord> Journal::Load(const Entry& entry) const {
  ASSIGN_OR_RETURN(const std::string frame, tree_.ReadFrom(kPath, entry.offset, entry.length));
  JournalScan scan = ScanJournal(frame);
  if (scan.frames.size() == 1 && scan.frames[0].record.request_id() == entry.request_id) {
    return std::move(scan.frames[0].record);
  }
  return absl::DataLossError(
      absl::StrCat("the journal's record of the request '", entry.request_id,
                   "' was damaged while the agent ran; restart the agent, which will repair it"));
}

absl::Status Journal::Append(const TreeLock& lock, const ledger::JournalRecord& record, Durability durability) {
  const std::string frame = EncodeJournalFrame(record);
  RETURN_IF_ERROR(durability == Durability::kPowerCut ? tree_.Append(lock, kPath, frame)
                                                      : tree_.AppendLazily(lock, kPath, frame));
  if (inode_ == 0) {
    ASSIGN_OR_RETURN(const FileStat stat, tree_.Stat(kPath));
    device_ = stat.device;
    inode_ = stat.inode;
  }
  Take(record, size_bytes_, static_cast<int64_t>(frame.size()));
  size_bytes_ += static_cast<int64_t>(frame.size());
  // The record counts already; a journal that could not be made shorter is tried again with the next one.
  if (const absl::Status compacted = CompactIfDue(lock, absl::FromUnixMillis(record.at_ms())); !compacted.ok()) {
    Log(LogLevel::kWarning, "journal not compacted", {{"reason", std::string(compacted.message())}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Journal::AuditLinesAfter(int64_t sequence) const {
  std::vector<std::string> lines;
  for (const Entry& entry : entries_) {
    if (entry.audit_sequence <= sequence) continue;
    ASSIGN_OR_RETURN(ledger::JournalRecord record, Load(entry));
    lines.push_back(std::move(*record.mutable_audit_line()));
  }
  return lines;
}

absl::Status Journal::Repair(const TreeLock& lock, absl::string_view text, const JournalScan& scan, absl::Time now) {
  const bool damaged = scan.damaged_bytes > 0;
  const std::string kept = KeptPath(damaged ? "damaged" : "torn", now);
  RETURN_IF_ERROR(tree_.Write(lock, kept, damaged ? text : text.substr(text.size() - scan.torn_bytes)).status());
  Log(damaged ? LogLevel::kError : LogLevel::kWarning,
      damaged ? "the journal was damaged" : "the journal's last record was cut short",
      {{"kept_as", JoinPath(kTreeDirectory, kept)},
       {"records_left", absl::StrCat(scan.frames.size())},
       {"what_to_do", "nothing: all whole records are kept; look for a failing disk if it happens without a crash"}});
  std::string whole;
  for (const JournalFrame& frame : scan.frames) absl::StrAppend(&whole, text.substr(frame.offset, frame.length));
  return Rewrite(lock, whole);
}

absl::Status Journal::CompactIfDue(const TreeLock& lock, absl::Time now) {
  if (size() % kCheckAgeEvery != 0 && !ExceedsLimits()) return absl::OkStatus();
  const int64_t oldest_kept_ms = absl::ToUnixMillis(now - limits_.max_age);
  const int64_t expired = std::count_if(entries_.begin(), entries_.end() - 1,
                                        [&](const Entry& entry) { return entry.at_ms < oldest_kept_ms; });
  if (expired <= limits_.max_records / kSlackShare && !ExceedsLimits()) return absl::OkStatus();
  size_t first = 0;
  while (first + 1 < entries_.size() &&
         (entries_[first].at_ms < oldest_kept_ms || size() - static_cast<int64_t>(first) > limits_.max_records ||
          size_bytes_ - entries_[first].offset > limits_.max_bytes)) {
    ++first;
  }
  ASSIGN_OR_RETURN(const std::string text, tree_.ReadFrom(kPath, entries_[first].offset, kNoLimit));
  return Rewrite(lock, text);
}

bool Journal::ExceedsLimits() const {
  return size() > limits_.max_records + limits_.max_records / kSlackShare ||
         size_bytes_ > limits_.max_bytes + limits_.max_bytes / kSlackShare;
}

absl::Status Journal::Rewrite(const TreeLock& lock, absl::string_view text) {
  const int64_t audit_sequence = last_audit_sequence_;
  ASSIGN_OR_RETURN(const FileStat stat, tree_.Write(lock, kPath, text));
  Forget();
  device_ = stat.device;
  inode_ = stat.inode;
  size_bytes_ = static_cast<int64_t>(text.size());
  last_audit_sequence_ = audit_sequence;
  for (const JournalFrame& frame : ScanJournal(text).frames) {
    Take(frame.record, static_cast<int64_t>(frame.offset), static_cast<int64_t>(frame.length));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
