// The disk of one developer's machine, with the tree of one project on it.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_DISK_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_DISK_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/optional.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/tree.h"
#include "tests/simulation/event_loop.h"
#include "tests/simulation/sim_random.h"

namespace specrelay {

// Keeps every content that a file has had, tells watchers of each change, and forgets in a power cut what was not made
// durable. One thread. `clock` must outlive it.
class SimDisk final : public Tree {
 public:
  // A content that a file has had from `since` on; nullopt when there was no file.
  struct Version {
    absl::Time since;
    absl::optional<std::string> content;
  };
  using History = std::vector<Version>;

  // `clock` is that of the machine, which files get their times from. Both must outlive it.
  SimDisk(const EventLoop& loop, const Clock& clock) : loop_(loop), tree_(&clock) {}

  // Is told of each change, by its path. The agent's own files are left out.
  void Watch(std::function<void(const std::string& path)> watcher) { watchers_.push_back(std::move(watcher)); }

  // Writes a file as an editor would.
  void Edit(const std::string& path, const std::string& content);
  // Deletes a file as a person would.
  void Erase(const std::string& path);

  // What has not been synced may be lost: appended and staged content may also be torn, and a file that was put in its
  // place is beside it again.
  void CutPower(SimRandom& random);

  void SetFull(bool full);

  // Contents in the order in which they were there; the last is there now. Empty for a path that never was.
  const History& HistoryOf(const std::string& path) const;
  const std::map<std::string, History>& histories() const { return histories_; }

  // What is there now, agent's own files included; nullopt when there is no file.
  absl::optional<std::string> Content(absl::string_view path) const;

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override;
  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override;
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override;
  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration timeout) override;
  absl::StatusOr<FileStat> Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::StatusOr<StagedFile> Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) override;
  void Discard(const TreeLock& lock, absl::string_view staged_path) override;
  absl::Status Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                       absl::Time last_modified) override;
  absl::Status Sync(const TreeLock& lock, const std::vector<std::string>& paths) override;
  void DiscardAbandoned(const TreeLock& lock) override;
  absl::Status Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override;
  absl::Status Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) override;
  absl::Status Remove(const TreeLock& lock, absl::string_view path) override;

 private:
  // A staged file that was put in its place, and what was there before.
  struct Placement {
    std::string path;
    std::string staged_path;
    absl::optional<std::string> before;
  };

  // Notes what is at `path` now.
  void Changed(absl::string_view path);
  // What is at `path` now, and the entries of its directory, survive from here on.
  void SettleFile(absl::string_view path);
  void SettleDirectory(absl::string_view path);
  void Undo(const Placement& placement);

  const EventLoop& loop_;
  MemoryTree tree_;
  std::vector<std::function<void(const std::string&)>> watchers_;
  std::map<std::string, History> histories_;
  std::map<std::string, size_t> durable_bytes_;  // of files that end with bytes which are not durable
  std::vector<Placement> placements_;            // those that are not durable, in their order
  std::map<std::string, Version> undone_;        // what a power cut took back, by path
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_DISK_H_
