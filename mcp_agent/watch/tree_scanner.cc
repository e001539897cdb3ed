#include "mcp_agent/watch/tree_scanner.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/tree/file_hash.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

int DepthOf(absl::string_view path) {
  return path.empty() ? 0 : 1 + static_cast<int>(std::count(path.begin(), path.end(), '/'));
}

}  // namespace

bool MeansAbsent(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsPermissionDenied(status) || absl::IsInvalidArgument(status);
}

TreeScanner::TreeScanner(const Tree& tree, const Clock& clock, const ScanLimits& limits, DirectoryWatches& watches,
                         TreeIndex& index, Hooks hooks)
    : tree_(tree), clock_(clock), limits_(limits), watches_(watches), index_(index), hooks_(std::move(hooks)) {}

void TreeScanner::Check(absl::string_view path) {
  Begin();
  const absl::StatusOr<FileStat> stat = tree_.Stat(path);
  if (!stat.ok()) {
    OnFailure(path, stat.status());
  } else if (stat->is_directory) {
    CheckDirectory(std::string(path), DepthOf(path));
  } else {
    CheckFile(std::string(path), Freshness::kRead);
  }
  End(path);
}

void TreeScanner::Forget(absl::string_view path) {
  Begin();
  End(path);
}

void TreeScanner::Begin() {
  index_.BeginCheck();
  watches_.BeginCheck();
}

void TreeScanner::End(absl::string_view path) {
  watches_.EndCheck(path);
  for (v1::FileChanged& deletion : index_.EndCheck(path)) hooks_.changed(std::move(deletion));
  for (const std::string& other : index_.TakeOutdated()) hooks_.outdated(other);
}

void TreeScanner::CheckDirectory(const std::string& dir, int depth) {
  if (depth >= limits_.max_depth) {
    return ExplainLimitOnce(explained_depth_, absl::StrCat("a depth of ", limits_.max_depth), dir);
  }
  if (!watches_.Contains(dir) && watches_.size() >= limits_.max_directories) {
    return ExplainLimitOnce(explained_directories_, absl::StrCat(limits_.max_directories, " directories"), dir);
  }
  // Before the listing, so that nothing that changes after it goes unnoticed.
  const bool was_gone = watches_.Add(dir) == DirectoryWatches::Outcome::kGone;
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree_.List(dir);
  if (!entries.ok()) return OnFailure(dir, entries.status());
  // It came back in between, and nobody watches it yet.
  if (was_gone) hooks_.failed(dir);
  for (const DirectoryEntry& entry : *entries) {
    const std::string path = JoinPath(dir, entry.name);
    if (entry.is_directory) {
      CheckDirectory(path, depth + 1);
    } else {
      CheckFile(path, Freshness::kTrustFingerprint);
    }
  }
}

void TreeScanner::CheckFile(const std::string& path, Freshness freshness) {
  hooks_.pause();
  // Grows with every command, whose own changes are reported.
  if (IsAuditFile(path)) return;
  const absl::StatusOr<FileStat> stat = tree_.Stat(path);
  if (!stat.ok()) return OnFailure(path, stat.status());
  // It became a directory since it was listed, which is reported by itself.
  if (stat->is_directory) return;
  if (freshness == Freshness::kTrustFingerprint && index_.ObserveUnchanged(path, *stat)) return;
  if (index_.size() >= limits_.max_files && !index_.Contains(path)) {
    return ExplainLimitOnce(explained_files_, absl::StrCat(limits_.max_files, " files"), path);
  }
  ReadFile(path, *stat);
}

void TreeScanner::ReadFile(const std::string& path, const FileStat& stat) {
  const absl::Time read_at = clock_.Now();
  if (stat.size_bytes > limits_.max_file_bytes) return Report(index_.ObserveTooLarge(path, stat, read_at));
  if (stat.size_bytes > kReadAtOnceBytes) {
    const absl::StatusOr<HashedFile> hashed = HashFile(tree_, path, limits_.max_file_bytes);
    if (!hashed.ok()) return OnFailure(path, hashed.status());
    hooks_.read_in_parts(path, hashed->stat.size_bytes);
    return Report(index_.ObserveHashed(path, hashed->hash, hashed->stat, read_at));
  }
  const absl::StatusOr<FileContent> file = tree_.Read(path, limits_.max_file_bytes);
  if (!file.ok()) return OnFailure(path, file.status());
  Report(index_.Observe(path, *file, read_at));
}

void TreeScanner::OnFailure(absl::string_view path, const absl::Status& status) {
  if (MeansAbsent(status)) {
    if (!absl::IsNotFound(status)) {
      Log(LogLevel::kDebug, "left out of the watched tree",
          {{"path", std::string(path)}, {"reason", std::string(status.message())}});
    }
    return;
  }
  Log(LogLevel::kDebug, "cannot be looked at now",
      {{"path", std::string(path)}, {"reason", std::string(status.message())}});
  index_.Keep(path);
  watches_.Keep(path);
  hooks_.failed(path);
}

void TreeScanner::Report(absl::optional<v1::FileChanged> change) {
  if (change.has_value()) hooks_.changed(*std::move(change));
}

void TreeScanner::ExplainLimitOnce(std::atomic<bool>& explained, absl::string_view limit, absl::string_view path) {
  if (explained) return;
  explained = true;
  Log(LogLevel::kWarning, "the tree is too large to be watched as a whole",
      {{"limit", std::string(limit)},
       {"first_left_out", std::string(path)},
       {"remedy", "move what is no longer needed out of the tree"}});
}

}  // namespace specrelay
