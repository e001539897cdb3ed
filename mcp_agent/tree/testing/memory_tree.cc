#include "mcp_agent/tree/testing/memory_tree.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class MemoryTreeLock final : public TreeLock {
 public:
  MemoryTreeLock(const MemoryTree* tree, LockQueue* writers) : tree_(tree), writers_(writers) {}
  ~MemoryTreeLock() override { writers_->Leave(); }

  const MemoryTree* tree() const { return tree_; }

 private:
  const MemoryTree* const tree_;
  LockQueue* const writers_;
};

std::string Shown(absl::string_view path) { return JoinPath(kTreeDirectory, path); }

bool IsBelow(absl::string_view path, absl::string_view directory) {
  return path.size() > directory.size() && path[directory.size()] == '/' && absl::StartsWith(path, directory);
}

}  // namespace

MemoryTree::MemoryTree(const Clock* clock, int64_t max_file_bytes)
    : clock_(clock == nullptr ? system_clock_ : *clock), max_file_bytes_(max_file_bytes) {}

absl::StatusOr<FileContent> MemoryTree::Read(absl::string_view path, int64_t max_bytes) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  absl::MutexLock lock(&mu_);
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return NoSuchPathError(Shown(path));
  if (node->second.stat.is_directory) return IsDirectoryError(Shown(path));
  if (node->second.stat.size_bytes > max_bytes) {
    return FileTooLargeError(Shown(path), node->second.stat.size_bytes, max_bytes);
  }
  return FileContent{node->second.bytes, Sha256Hex(node->second.bytes), node->second.stat};
}

absl::StatusOr<std::string> MemoryTree::ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const {
  ASSIGN_OR_RETURN(const FileContent content, Read(path, std::numeric_limits<int64_t>::max()));
  if (offset >= content.stat.size_bytes) return std::string();
  return content.bytes.substr(static_cast<size_t>(offset), static_cast<size_t>(max_bytes));
}

absl::StatusOr<FileStat> MemoryTree::Stat(absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  absl::MutexLock lock(&mu_);
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return NoSuchPathError(Shown(path));
  return node->second.stat;
}

absl::StatusOr<std::vector<DirectoryEntry>> MemoryTree::List(absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  absl::MutexLock lock(&mu_);
  const auto node = nodes_.find(path);
  if (node == nodes_.end()) return NoSuchPathError(Shown(path));
  if (!node->second.stat.is_directory) return NotDirectoryError(Shown(path));
  std::vector<DirectoryEntry> entries;
  for (const auto& [other, entry] : nodes_) {
    if (other.empty() || ParentPath(other) != path || IsAgentOwnName(BaseName(other))) continue;
    entries.push_back({std::string(BaseName(other)), entry.stat.is_directory});
  }
  // Paths are ordered with "/" among the characters, names without.
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

absl::StatusOr<std::unique_ptr<TreeLock>> MemoryTree::Lock(absl::Duration timeout) {
  if (!writers_.Enter(timeout)) return LockTimeoutError(kTreeDirectory, timeout);
  absl::MutexLock lock(&mu_);
  if (!nodes_.contains("")) CreateDirectoryLocked("");
  return std::make_unique<MemoryTreeLock>(this, &writers_);
}

absl::StatusOr<FileStat> MemoryTree::Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckChange(lock, path));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  ASSIGN_OR_RETURN(const FileStat stat, StoreLocked(path, std::string(bytes)));
  ++changes_;
  return stat;
}

absl::StatusOr<StagedFile> MemoryTree::Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckChange(lock, path));
  const std::string staged_path = JoinPath(ParentPath(path), NewTempFileName());
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  const auto existing = nodes_.find(path);
  if (existing != nodes_.end() && existing->second.stat.is_directory) return IsDirectoryError(Shown(path));
  ASSIGN_OR_RETURN(const FileStat stat, StoreLocked(staged_path, std::string(bytes)));
  ++changes_;
  return StagedFile{staged_path, stat};
}

absl::Status MemoryTree::Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                                 absl::Time last_modified) {
  RETURN_IF_ERROR(CheckChange(lock, staged_path));
  if (!IsTempFileName(BaseName(staged_path))) {
    return absl::InvalidArgumentError(absl::StrCat("'", staged_path, "' was not staged"));
  }
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  const auto staged = nodes_.find(staged_path);
  if (staged == nodes_.end()) return NoSuchPathError(Shown(staged_path));
  const auto size_bytes = static_cast<int64_t>(bytes.size());
  if (size_bytes > max_file_bytes_) return FileTooLargeError(Shown(staged_path), size_bytes, max_file_bytes_);
  staged->second.bytes = std::string(bytes);
  staged->second.stat.size_bytes = size_bytes;
  staged->second.stat.last_modified = last_modified;
  staged->second.stat.changed = clock_.Now();
  ++changes_;
  return absl::OkStatus();
}

absl::Status MemoryTree::Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) {
  RETURN_IF_ERROR(CheckChange(lock, path));
  RETURN_IF_ERROR(CheckChange(lock, staged_path));
  if (!IsTempFileName(BaseName(staged_path)) || ParentPath(staged_path) != ParentPath(path)) {
    return absl::InvalidArgumentError(absl::StrCat("'", staged_path, "' was not staged for '", path, "'"));
  }
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  const auto staged = nodes_.find(staged_path);
  if (staged == nodes_.end()) return NoSuchPathError(Shown(path));
  const auto existing = nodes_.find(path);
  if (existing != nodes_.end() && existing->second.stat.is_directory) return IsDirectoryError(Shown(path));
  Node node = std::move(staged->second);
  nodes_.erase(staged);
  node.stat.changed = clock_.Now();
  nodes_[std::string(path)] = std::move(node);
  ++changes_;
  return absl::OkStatus();
}

void MemoryTree::Discard(const TreeLock& lock, absl::string_view staged_path) {
  if (!CheckChange(lock, staged_path).ok() || !IsTempFileName(BaseName(staged_path))) return;
  absl::MutexLock mutex_lock(&mu_);
  nodes_.erase(std::string(staged_path));
}

absl::Status MemoryTree::Sync(const TreeLock& lock, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (!path.empty()) RETURN_IF_ERROR(CheckChange(lock, path));
  }
  absl::MutexLock mutex_lock(&mu_);
  return CheckFaultLocked();
}

absl::Status MemoryTree::AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  return Append(lock, path, bytes);
}

absl::Status MemoryTree::Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckChange(lock, path));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  const auto node = nodes_.find(path);
  const absl::string_view before = node == nodes_.end() ? "" : absl::string_view(node->second.bytes);
  RETURN_IF_ERROR(StoreLocked(path, absl::StrCat(before, bytes)).status());
  ++changes_;
  return absl::OkStatus();
}

absl::Status MemoryTree::Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) {
  RETURN_IF_ERROR(CheckChange(lock, from));
  RETURN_IF_ERROR(CheckChange(lock, to));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  if (!nodes_.contains(from)) return NoSuchPathError(Shown(from));
  if (IsBelow(to, from)) return MoveIntoItselfError(Shown(from));
  RETURN_IF_ERROR(CheckParentsLocked(to));
  if (nodes_.contains(to)) return AlreadyExistsAtPathError(Shown(to));
  CreateParentsLocked(to);
  std::vector<std::pair<std::string, Node>> moved;
  for (auto it = nodes_.begin(); it != nodes_.end();) {
    if (it->first == from || IsBelow(it->first, from)) {
      moved.emplace_back(absl::StrCat(to, absl::string_view(it->first).substr(from.size())), std::move(it->second));
      it = nodes_.erase(it);
    } else {
      ++it;
    }
  }
  for (auto& [path, node] : moved) nodes_[path] = std::move(node);
  nodes_[std::string(to)].stat.changed = clock_.Now();
  ++changes_;
  return absl::OkStatus();
}

absl::Status MemoryTree::Remove(const TreeLock& lock, absl::string_view path) {
  RETURN_IF_ERROR(CheckChange(lock, path));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(CheckFaultLocked());
  if (!nodes_.contains(path)) return NoSuchPathError(Shown(path));
  for (const auto& [other, node] : nodes_) {
    if (IsBelow(other, path)) return DirectoryNotEmptyError(Shown(path));
  }
  nodes_.erase(std::string(path));
  ++changes_;
  return absl::OkStatus();
}

void MemoryTree::InjectWriteFault(absl::Status fault, int changes_before) {
  absl::MutexLock lock(&mu_);
  fault_ = std::move(fault);
  fault_from_change_ = changes_ + changes_before;
}

void MemoryTree::ClearWriteFault() { InjectWriteFault(absl::OkStatus()); }

void MemoryTree::Put(absl::string_view path, absl::string_view bytes) {
  absl::Status status = CheckTreePath(path);
  absl::MutexLock lock(&mu_);
  if (status.ok()) status = StoreLocked(path, std::string(bytes)).status();
  if (status.ok()) return;
  std::fprintf(stderr, "MemoryTree::Put: %s\n", status.ToString().c_str());
  std::abort();
}

int MemoryTree::changes() const {
  absl::MutexLock lock(&mu_);
  return changes_;
}

absl::Status MemoryTree::CheckChange(const TreeLock& lock, absl::string_view path) const {
  const auto* own = dynamic_cast<const MemoryTreeLock*>(&lock);
  if (own == nullptr || own->tree() != this) return ForeignLockError();
  RETURN_IF_ERROR(CheckTreePath(path));
  return path.empty() ? TreeItselfError(kTreeDirectory) : absl::OkStatus();
}

absl::Status MemoryTree::CheckFaultLocked() const { return changes_ < fault_from_change_ ? absl::OkStatus() : fault_; }

absl::Status MemoryTree::CheckParentsLocked(absl::string_view path) const {
  for (absl::string_view parent = ParentPath(path); !parent.empty(); parent = ParentPath(parent)) {
    const auto node = nodes_.find(parent);
    if (node != nodes_.end() && !node->second.stat.is_directory) return NotDirectoryError(Shown(ParentPath(path)));
  }
  return absl::OkStatus();
}

void MemoryTree::CreateParentsLocked(absl::string_view path) {
  if (path.empty()) return;
  const absl::string_view parent = ParentPath(path);
  if (nodes_.contains(parent)) return;
  CreateParentsLocked(parent);
  CreateDirectoryLocked(parent);
}

void MemoryTree::CreateDirectoryLocked(absl::string_view path) {
  FileStat stat;
  stat.is_directory = true;
  stat.created = stat.last_modified = stat.changed = clock_.Now();
  stat.device = 1;
  stat.inode = ++last_inode_;
  nodes_[std::string(path)] = Node{stat, ""};
}

absl::StatusOr<FileStat> MemoryTree::StoreLocked(absl::string_view path, std::string bytes) {
  RETURN_IF_ERROR(CheckParentsLocked(path));
  const auto existing = nodes_.find(path);
  if (existing != nodes_.end() && existing->second.stat.is_directory) return IsDirectoryError(Shown(path));
  if (static_cast<int64_t>(bytes.size()) > max_file_bytes_) {
    return FileTooLargeError(Shown(path), static_cast<int64_t>(bytes.size()), max_file_bytes_);
  }
  CreateParentsLocked(path);
  FileStat stat;
  stat.size_bytes = static_cast<int64_t>(bytes.size());
  stat.created = stat.last_modified = stat.changed = clock_.Now();
  stat.device = 1;
  // Never used again, so that stats differ even when the clock stands still.
  stat.inode = ++last_inode_;
  nodes_[std::string(path)] = Node{stat, std::move(bytes)};
  return stat;
}

}  // namespace specrelay
