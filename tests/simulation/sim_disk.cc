#include "tests/simulation/sim_disk.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_split.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// As the watcher leaves them out.
bool IsAgentOwn(absl::string_view path) {
  if (IsAuditFile(path)) return true;
  const std::vector<absl::string_view> components = absl::StrSplit(path, '/');
  return std::any_of(components.begin(), components.end(), IsAgentOwnName);
}

}  // namespace

void SimDisk::Changed(absl::string_view path) {
  if (IsAgentOwn(path)) return;
  const std::string name(path);
  absl::optional<std::string> content = Content(path);
  const auto undone = undone_.find(name);
  // What comes back after a power cut took it back has been there only once.
  const bool is_back = undone != undone_.end() && undone->second.content == content;
  histories_[name].push_back(is_back ? undone->second : Version{loop_.Now(), std::move(content)});
  if (undone != undone_.end()) undone_.erase(undone);
  for (const auto& watcher : watchers_) watcher(name);
}

void SimDisk::Edit(const std::string& path, const std::string& content) {
  tree_.Put(path, content);
  SettleFile(path);
  SettleDirectory(ParentPath(path));
  Changed(path);
}

void SimDisk::Erase(const std::string& path) {
  const auto lock = tree_.Lock(absl::ZeroDuration());
  if (!lock.ok() || !tree_.Remove(**lock, path).ok()) return;
  SettleFile(path);
  SettleDirectory(ParentPath(path));
  Changed(path);
}

void SimDisk::CutPower(SimRandom& random) {
  for (const auto& [path, durable] : std::exchange(durable_bytes_, {})) {
    const std::string content = Content(path).value_or("");
    if (content.size() <= durable) continue;
    const size_t kept = durable + static_cast<size_t>(random.Below(static_cast<int>(content.size() - durable) + 1));
    tree_.Put(path, content.substr(0, kept));
  }
  std::set<std::string> kept;  // what was put there later may not be there without what was there before
  std::vector<Placement> placements = std::exchange(placements_, {});
  for (auto placement = placements.rbegin(); placement != placements.rend(); ++placement) {
    if (kept.count(placement->path) > 0 || random.Below(2) == 0) {
      kept.insert(placement->path);
    } else {
      Undo(*placement);
    }
  }
}

void SimDisk::Undo(const Placement& placement) {
  tree_.Put(placement.staged_path, Content(placement.path).value_or(""));
  if (placement.before.has_value()) {
    tree_.Put(placement.path, *placement.before);
  } else {
    const auto lock = tree_.Lock(absl::ZeroDuration());
    if (lock.ok()) tree_.Remove(**lock, placement.path).IgnoreError();
  }
  const auto history = histories_.find(placement.path);
  if (history == histories_.end() || history->second.empty()) return;
  undone_[placement.path] = std::move(history->second.back());
  history->second.pop_back();
}

void SimDisk::SettleFile(absl::string_view path) { durable_bytes_.erase(std::string(path)); }

void SimDisk::SettleDirectory(absl::string_view path) {
  placements_.erase(std::remove_if(placements_.begin(), placements_.end(),
                                   [&](const Placement& placement) { return ParentPath(placement.path) == path; }),
                    placements_.end());
}

void SimDisk::SetFull(bool full) {
  if (full) {
    tree_.InjectWriteFault(absl::ResourceExhaustedError("the disk is full"));
  } else {
    tree_.ClearWriteFault();
  }
}

const SimDisk::History& SimDisk::HistoryOf(const std::string& path) const {
  static const auto& nothing = *new History();
  const auto history = histories_.find(path);
  return history == histories_.end() ? nothing : history->second;
}

absl::optional<std::string> SimDisk::Content(absl::string_view path) const {
  absl::StatusOr<FileContent> content = tree_.Read(path, kDefaultMaxFileBytes);
  if (!content.ok()) return absl::nullopt;
  return std::move(content->bytes);
}

absl::StatusOr<FileContent> SimDisk::Read(absl::string_view path, int64_t max_bytes) const {
  return tree_.Read(path, max_bytes);
}

absl::StatusOr<std::string> SimDisk::ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const {
  return tree_.ReadFrom(path, offset, max_bytes);
}

absl::StatusOr<FileStat> SimDisk::Stat(absl::string_view path) const { return tree_.Stat(path); }

absl::StatusOr<std::vector<DirectoryEntry>> SimDisk::List(absl::string_view path) const { return tree_.List(path); }

absl::StatusOr<std::unique_ptr<TreeLock>> SimDisk::Lock(absl::Duration timeout) { return tree_.Lock(timeout); }

absl::StatusOr<FileStat> SimDisk::Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const FileStat stat, tree_.Write(lock, path, bytes));
  SettleFile(path);
  SettleDirectory(ParentPath(path));
  Changed(path);
  return stat;
}

absl::StatusOr<StagedFile> SimDisk::Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(StagedFile staged, tree_.Stage(lock, path, bytes));
  durable_bytes_[staged.path] = 0;
  return staged;
}

absl::Status SimDisk::Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                              absl::Time last_modified) {
  RETURN_IF_ERROR(tree_.Restage(lock, staged_path, bytes, last_modified));
  durable_bytes_[std::string(staged_path)] = 0;
  return absl::OkStatus();
}

absl::Status SimDisk::Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) {
  absl::optional<std::string> before = Content(path);
  RETURN_IF_ERROR(tree_.Place(lock, staged_path, path));
  SettleFile(path);
  if (durable_bytes_.erase(std::string(staged_path)) > 0) durable_bytes_[std::string(path)] = 0;
  placements_.push_back({std::string(path), std::string(staged_path), std::move(before)});
  Changed(path);
  return absl::OkStatus();
}

void SimDisk::Discard(const TreeLock& lock, absl::string_view staged_path) {
  tree_.Discard(lock, staged_path);
  SettleFile(staged_path);
}

absl::Status SimDisk::Sync(const TreeLock& lock, const std::vector<std::string>& paths) {
  RETURN_IF_ERROR(tree_.Sync(lock, paths));
  for (const std::string& path : paths) {
    SettleFile(path);
    SettleDirectory(path);
  }
  return absl::OkStatus();
}

void SimDisk::DiscardAbandoned(const TreeLock& lock) { tree_.DiscardAbandoned(lock); }

absl::Status SimDisk::Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(tree_.Append(lock, path, bytes));
  SettleFile(path);
  Changed(path);
  return absl::OkStatus();
}

absl::Status SimDisk::AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  const size_t before = Content(path).value_or("").size();
  RETURN_IF_ERROR(tree_.AppendLazily(lock, path, bytes));
  durable_bytes_.emplace(std::string(path), before);
  Changed(path);
  return absl::OkStatus();
}

absl::Status SimDisk::Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) {
  RETURN_IF_ERROR(tree_.Rename(lock, from, to));
  if (auto unsettled = durable_bytes_.extract(std::string(from)); !unsettled.empty()) {
    unsettled.key() = std::string(to);
    durable_bytes_.insert(std::move(unsettled));
  }
  for (absl::string_view path : {from, to}) SettleDirectory(ParentPath(path));
  Changed(from);
  Changed(to);
  return absl::OkStatus();
}

absl::Status SimDisk::Remove(const TreeLock& lock, absl::string_view path) {
  RETURN_IF_ERROR(tree_.Remove(lock, path));
  SettleFile(path);
  SettleDirectory(ParentPath(path));
  Changed(path);
  return absl::OkStatus();
}

}  // namespace specrelay
