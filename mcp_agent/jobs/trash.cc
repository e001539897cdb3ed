#include "mcp_agent/jobs/trash.h"

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "mcp_agent/ledger/tree_lock.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kKeepDays = 7;
constexpr int kRemovalsPerLock = 100;
constexpr int kMaxSameName = 100;

std::string TrashDirectory() { return JoinPath(kAgentDirectory, "trash"); }

// Removes a directory and all below it, bottom first.
class Purge {
 public:
  Purge(Tree& tree, int max_removals) : tree_(tree), max_removals_(max_removals) {}

  absl::Status RemoveAll(const std::string& directory) {
    ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, tree_.List(directory));
    for (const DirectoryEntry& entry : entries) {
      const std::string path = JoinPath(directory, entry.name);
      // Paths have a bounded depth, and so has this.
      RETURN_IF_ERROR(entry.is_directory ? RemoveAll(path) : RemoveOne(path));
    }
    return RemoveOne(directory);
  }

 private:
  absl::Status RemoveOne(const std::string& path) {
    if (removals_ >= max_removals_) return absl::OutOfRangeError("the rest is left for the next time");
    if (removals_++ % kRemovalsPerLock == 0) {
      // Others get their turn in between.
      lock_.reset();
      ASSIGN_OR_RETURN(lock_, LockForWriting(tree_));
    }
    const absl::Status removed = tree_.Remove(*lock_, path);
    return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
  }

  Tree& tree_;
  const int max_removals_;
  std::unique_ptr<TreeLock> lock_;
  int removals_ = 0;
};

}  // namespace

absl::StatusOr<std::string> TrashPath(const Tree& tree, absl::string_view path, absl::Time now) {
  const std::string day = absl::FormatCivilTime(absl::ToCivilDay(now, absl::UTCTimeZone()));
  const std::string base = JoinPath(JoinPath(TrashDirectory(), day), path);
  for (int i = 1; i <= kMaxSameName; ++i) {
    std::string candidate = i == 1 ? base : absl::StrCat(base, "-", i);
    const absl::StatusOr<FileStat> there = tree.Stat(candidate);
    if (absl::IsNotFound(there.status())) return candidate;
    if (!there.ok()) return there.status();
  }
  return absl::ResourceExhaustedError(absl::StrCat("the trash has ", kMaxSameName, " of ", path, " today"));
}

absl::Status PurgeTrash(Tree& tree, absl::Time now, int max_removals) {
  const absl::StatusOr<std::vector<DirectoryEntry>> days = tree.List(TrashDirectory());
  if (absl::IsNotFound(days.status())) return absl::OkStatus();
  if (!days.ok()) return days.status();
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  Purge purge(tree, max_removals);
  for (const DirectoryEntry& entry : *days) {
    absl::CivilDay day;
    // What somebody else put there is theirs.
    if (!entry.is_directory || !absl::ParseCivilTime(entry.name, &day) || today - day <= kKeepDays) continue;
    const absl::Status removed = purge.RemoveAll(JoinPath(TrashDirectory(), entry.name));
    if (absl::IsOutOfRange(removed)) return absl::OkStatus();
    RETURN_IF_ERROR(removed);
  }
  return absl::OkStatus();
}

}  // namespace specrelay
