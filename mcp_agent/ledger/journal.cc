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
  last_offset_ = 0;
  last_audit_sequence_ = 0;
}

void Journal::Take(ledger::JournalRecord record, int64_t offset, int64_t length) {
  for (int i = 0; i <= record.others_size(); ++i) {
    const std::string& request_id = i == 0 ? record.request_id() : record.others(i - 1).request_id();
    by_request_[request_id] = entries_.size();
    entries_.push_back({request_id, offset, length, record.at_ms(), record.audit_sequence(), i});
  }
  if (record.audit_sequence() > 0) last_audit_sequence_ = record.audit_sequence();
  last_offset_ = offset;
  last_ = std::move(record);
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
  JournalScan scan = ScanJournal(text);
  for (JournalFrame& frame : scan.frames) {
    Take(std::move(frame.record), known_bytes + static_cast<int64_t>(frame.offset), static_cast<int64_t>(frame.length));
  }
  size_bytes_ = known_bytes + static_cast<int64_t>(text.size());
  if (scan.damaged_bytes > 0 || scan.torn_bytes > 0) {
    ASSIGN_OR_RETURN(const std::string whole, tree_.ReadFrom(kPath, 0, kNoLimit));
    RETURN_IF_ERROR(Repair(lock, whole, ScanJournal(whole), now));
  }
  return true;
}

absl::StatusOr<absl::optional<ledger::GroupMember>> Journal::Find(absl::string_view request_id) const {
  const auto found = by_request_.find(request_id);
  if (found == by_request_.end()) return absl::optional<ledger::GroupMember>();
  const Entry& entry = entries_[found->second];
  ASSIGN_OR_RETURN(ledger::JournalRecord record, Load(entry));
  if (entry.index > 0) return absl::make_optional(std::move(*record.mutable_others(entry.index - 1)));
  ledger::GroupMember member;
  member.set_request_id(std::move(*record.mutable_request_id()));
  member.set_digest(std::move(*record.mutable_digest()));
  member.set_outcome(std::move(*record.mutable_outcome()));
  return absl::make_optional(std::move(member));
}

absl::StatusOr<ledger::JournalRecord> Journal::Load(const Entry& entry) const {
  ASSIGN_OR_RETURN(const std::string frame, tree_.ReadFrom(kPath, entry.offset, entry.length));
  JournalScan scan = ScanJournal(frame);
  if (scan.frames.size() == 1) {
    ledger::JournalRecord& record = scan.frames[0].record;
    const bool is_there = entry.index <= record.others_size();
    if (is_there &&
        entry.request_id == (entry.index == 0 ? record.request_id() : record.others(entry.index - 1).request_id())) {
      return std::move(record);
    }
  }
  return absl::DataLossError(
      absl::StrCat("the journal's record of the request '", entry.request_id,
                   "' was damaged while the agent ran; restart the agent, which will repair it"));
}

absl::Status Journal::Append(const TreeLock& lock, ledger::JournalRecord record, Durability durability) {
  const std::string frame = EncodeJournalFrame(record);
  const int64_t added = 1 + record.others_size();
  const absl::Time at = absl::FromUnixMillis(record.at_ms());
  RETURN_IF_ERROR(durability == Durability::kPowerCut ? tree_.Append(lock, kPath, frame)
                                                      : tree_.AppendLazily(lock, kPath, frame));
  if (inode_ == 0) {
    ASSIGN_OR_RETURN(const FileStat stat, tree_.Stat(kPath));
    device_ = stat.device;
    inode_ = stat.inode;
  }
  Take(std::move(record), size_bytes_, static_cast<int64_t>(frame.size()));
  size_bytes_ += static_cast<int64_t>(frame.size());
  // The record counts already; a journal that could not be made shorter is tried again with the next one.
  if (const absl::Status compacted = CompactIfDue(lock, added, at); !compacted.ok()) {
    Log(LogLevel::kWarning, "journal not compacted", {{"reason", std::string(compacted.message())}});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Journal::AuditLinesAfter(int64_t sequence) const {
  // Those that are asked for are the newest, mostly the last.
  size_t first = entries_.size();
  for (; first > 0; --first) {
    const int64_t known = entries_[first - 1].audit_sequence;
    if (known > 0 && known <= sequence) break;
  }
  std::string lines;
  for (; first < entries_.size(); ++first) {
    const Entry& entry = entries_[first];
    if (entry.audit_sequence <= sequence || entry.index > 0) continue;
    std::string loaded;
    if (last_.has_value() && entry.offset == last_offset_) {
      loaded = last_->audit_line();
    } else {
      ASSIGN_OR_RETURN(ledger::JournalRecord record, Load(entry));
      loaded = std::move(*record.mutable_audit_line());
    }
    // Of a group, the first lines may be known already.
    const int64_t line_count = std::count(loaded.begin(), loaded.end(), '\n');
    absl::string_view rest = loaded;
    for (int64_t number = entry.audit_sequence - line_count + 1; number <= sequence; ++number) {
      rest.remove_prefix(rest.find('\n') + 1);
    }
    absl::StrAppend(&lines, rest);
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

absl::Status Journal::CompactIfDue(const TreeLock& lock, int64_t added, absl::Time now) {
  const bool may_be_old = size() / kCheckAgeEvery != (size() - added) / kCheckAgeEvery;
  if (!may_be_old && !ExceedsLimits()) return absl::OkStatus();
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
  // A group goes or stays as a whole.
  while (entries_[first].index > 0) --first;
  if (first == 0) return absl::OkStatus();
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
  for (JournalFrame& frame : ScanJournal(text).frames) {
    Take(std::move(frame.record), static_cast<int64_t>(frame.offset), static_cast<int64_t>(frame.length));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
