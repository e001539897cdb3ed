#include "mcp_agent/tree/posix_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/posix_incoming_file.h"
#include "mcp_agent/tree/posix_lock.h"
#include "mcp_agent/tree/posix_open_file.h"
#include "mcp_agent/tree/posix_reader.h"
#include "mcp_agent/tree/posix_sync.h"
#include "mcp_agent/tree/posix_writer.h"
#include "mcp_agent/tree/project_reader.h"
#include "mcp_agent/tree/temp_sweep.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr mode_t kTreeMode = 0755;
constexpr absl::Duration kTempFileLife = absl::Hours(24);
// Keeps the lock and the journal out of the user's repository.
constexpr char kIgnoreFile[] = ".specrelay/.gitignore";
constexpr char kIgnoreEverything[] = "*\n";

absl::StatusOr<PosixRoot> OpenTree(const PosixRoot& project, const std::string& name) {
  ASSIGN_OR_RETURN(PosixFile tree, Examine(project, name, "open"));
  if (tree.stat.stat.is_directory) return PosixRoot{std::move(tree.fd), name};
  return absl::FailedPreconditionError(
      absl::StrCat(Quoted(name), " is not a directory; move it away, so that the tree can be made there"));
}

absl::StatusOr<PosixRoot> OpenOrCreateTree(const std::string& project_directory, const std::string& name) {
  ASSIGN_OR_RETURN(const PosixRoot project, OpenRootDirectory(project_directory));
  absl::StatusOr<PosixRoot> tree = OpenTree(project, name);
  if (!absl::IsNotFound(tree.status())) return tree;
  RETURN_IF_ERROR(OpenOrCreateDirectory(project, name, kTreeMode).status());
  return OpenTree(project, name);
}

// Once in the life of a process, while it holds the lock. Whether it succeeds matters to nobody.
void WriteIgnoreFile(const PosixRoot& root) {
  const int fd = OpenBeneath(root.fd.get(), kIgnoreFile, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (fd >= 0) WriteAll(UniqueFd(fd).get(), kIgnoreEverything);
}

absl::Status CheckProjectDirectory(absl::string_view path) {
  if (!absl::StartsWith(path, "/") || path.find('\0') != absl::string_view::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("the project directory ", Quoted(path), " is not an absolute path; give one that starts with /"));
  }
  return OpenRootDirectory(std::string(path)).status();
}

}  // namespace

absl::StatusOr<std::unique_ptr<PosixTree>> PosixTree::Open(absl::string_view project_directory, Options options) {
  RETURN_IF_ERROR(CheckProjectDirectory(project_directory));
  return std::unique_ptr<PosixTree>(new PosixTree(project_directory, std::move(options)));
}

absl::StatusOr<std::unique_ptr<Tree>> PosixTree::OpenProjectReader(absl::string_view project_directory) {
  RETURN_IF_ERROR(CheckProjectDirectory(project_directory));
  return NewProjectReader(project_directory);
}

PosixTree::PosixTree(absl::string_view project_directory, Options options)
    : project_directory_(project_directory), options_(std::move(options)) {}

absl::StatusOr<PosixRoot> PosixTree::OpenRoot() const {
  // In one step where nothing is in the way; the steps below say what is.
  if (absl::StatusOr<PosixRoot> tree = OpenRootDirectory(JoinPath(project_directory_, options_.name)); tree.ok()) {
    return PosixRoot{std::move(tree->fd), options_.name};
  }
  ASSIGN_OR_RETURN(const PosixRoot project, OpenRootDirectory(project_directory_));
  return OpenTree(project, options_.name);
}

absl::StatusOr<PosixRoot> PosixTree::OpenRootForChange(const TreeLock& lock, absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  if (path.empty()) return TreeItselfError(options_.name);
  return OpenLockedRoot(lock);
}

absl::StatusOr<PosixRoot> PosixTree::OpenLockedRoot(const TreeLock& lock) const {
  const auto* own = dynamic_cast<const PosixTreeLock*>(&lock);
  if (own == nullptr || !own->IsOf(*writers_)) return ForeignLockError();
  absl::StatusOr<PosixRoot> root = OpenRoot();
  if (!absl::IsNotFound(root.status())) {
    RETURN_IF_ERROR(root.status());
    ASSIGN_OR_RETURN(const PosixStat stat, DescribeFd(root->fd.get(), root->shown));
    if (own->Covers(stat)) return root;
  }
  return absl::FailedPreconditionError(absl::StrCat(
      Quoted(options_.name), " was removed or replaced during the command; nothing was written, try again"));
}

absl::StatusOr<FileContent> PosixTree::Read(absl::string_view path, int64_t max_bytes) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRoot());
  return PosixRead(root, path, max_bytes);
}

absl::StatusOr<std::string> PosixTree::ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRoot());
  return PosixReadFrom(root, path, offset, max_bytes);
}

absl::StatusOr<std::unique_ptr<OpenFile>> PosixTree::OpenToRead(absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRoot());
  return PosixOpenToRead(root, path);
}

absl::StatusOr<FileStat> PosixTree::Stat(absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRoot());
  return PosixDescribe(root, path);
}

std::vector<absl::StatusOr<FileStat>> PosixTree::StatEach(const std::vector<std::string>& paths) const {
  const absl::StatusOr<PosixRoot> root = OpenRoot();
  absl::optional<PosixDescriber> describer;
  if (root.ok()) describer.emplace(*root);
  std::vector<absl::StatusOr<FileStat>> stats;
  stats.reserve(paths.size());
  for (const std::string& path : paths) {
    if (absl::Status well_formed = CheckTreePath(path); !well_formed.ok()) {
      stats.push_back(std::move(well_formed));
    } else if (describer.has_value()) {
      stats.push_back(describer->Describe(path));
    } else {
      stats.push_back(root.status());
    }
  }
  return stats;
}

absl::StatusOr<std::vector<DirectoryEntry>> PosixTree::List(absl::string_view path) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRoot());
  return PosixList(root, path);
}

absl::StatusOr<std::unique_ptr<TreeLock>> PosixTree::Lock(absl::Duration timeout) {
  const auto open_tree = [this] { return OpenOrCreateTree(project_directory_, options_.name); };
  ASSIGN_OR_RETURN(std::unique_ptr<PosixTreeLock> lock, PosixTreeLock::Acquire(open_tree, writers_, timeout));
  if (!ignore_file_written_.exchange(true)) {
    if (const absl::StatusOr<PosixRoot> root = OpenRoot(); root.ok()) WriteIgnoreFile(*root);
  }
  return lock;
}

absl::StatusOr<std::unique_ptr<IncomingFile>> PosixTree::OpenIncoming(absl::string_view path, int64_t max_bytes) const {
  RETURN_IF_ERROR(CheckTreePath(path));
  if (path.empty()) return TreeItselfError(options_.name);
  ASSIGN_OR_RETURN(const PosixRoot project, OpenRootDirectory(project_directory_));
  const std::string whole_path = JoinPath(options_.name, path);
  if (options_.unnamed_files) {
    ASSIGN_OR_RETURN(std::unique_ptr<IncomingFile> unnamed, PosixOpenUnnamed(project, whole_path, max_bytes));
    if (unnamed != nullptr) return unnamed;
  }
  ASSIGN_OR_RETURN(const PosixRoot root, OpenOrCreateTree(project_directory_, options_.name));
  return PosixOpenNamed(root, kAgentDirectory, root.Show(path), max_bytes);
}

absl::StatusOr<StagedFile> PosixTree::StageIncoming(const TreeLock& lock, absl::string_view path,
                                                    IncomingFile& content) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  return PosixStageIncoming(root, path, content);
}

absl::StatusOr<FileStat> PosixTree::Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const StagedFile staged, Stage(lock, path, bytes));
  absl::Status written = Sync(lock, {staged.path});
  if (written.ok()) written = Place(lock, staged.path, path);
  if (!written.ok()) {
    Discard(lock, staged.path);
    return written;
  }
  RETURN_IF_ERROR(Sync(lock, {std::string(ParentPath(path))}));
  return Stat(path);
}

absl::StatusOr<StagedFile> PosixTree::Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  return PosixStage(root, path, bytes, options_.max_file_bytes);
}

absl::Status PosixTree::Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                                absl::Time last_modified) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, staged_path));
  return PosixRestage(root, staged_path, bytes, last_modified, options_.max_file_bytes);
}

absl::Status PosixTree::Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  RETURN_IF_ERROR(CheckTreePath(staged_path));
  return PosixPlace(root, staged_path, path);
}

void PosixTree::Discard(const TreeLock& lock, absl::string_view staged_path) {
  if (const absl::StatusOr<PosixRoot> root = OpenRootForChange(lock, staged_path); root.ok()) {
    PosixDiscard(*root, staged_path);
  }
}

absl::Status PosixTree::Sync(const TreeLock& lock, const std::vector<std::string>& paths) {
  for (const std::string& path : paths) RETURN_IF_ERROR(CheckTreePath(path));
  ASSIGN_OR_RETURN(const PosixRoot root, OpenLockedRoot(lock));
  return PosixSync(root, paths);
}

void PosixTree::DiscardAbandoned(const TreeLock& lock) {
  const absl::StatusOr<PosixRoot> root = OpenRootForChange(lock, kAgentDirectory);
  if (!root.ok()) return;
  if (const int removed = SweepTempFiles(*root, absl::Now() - kTempFileLife); removed > 0) {
    Log(LogLevel::kInfo, "removed temporary files of crashed writers", {{"count", absl::StrCat(removed)}});
  }
}

absl::Status PosixTree::Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  return PosixAppend(root, path, bytes, options_.max_file_bytes, AppendSync::kBeforeReturn);
}

absl::Status PosixTree::AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  return PosixAppend(root, path, bytes, options_.max_file_bytes, AppendSync::kNever);
}

absl::Status PosixTree::Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) {
  RETURN_IF_ERROR(OpenRootForChange(lock, to).status());
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, from));
  return PosixRename(root, from, to);
}

absl::Status PosixTree::Remove(const TreeLock& lock, absl::string_view path) {
  ASSIGN_OR_RETURN(const PosixRoot root, OpenRootForChange(lock, path));
  return PosixRemove(root, path);
}

}  // namespace specrelay
