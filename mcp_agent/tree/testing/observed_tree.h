// A Tree that counts what is asked of another one, and can fail, throw or let something happen in between.
#ifndef SPECRELAY_MCP_AGENT_TREE_TESTING_OBSERVED_TREE_H_
#define SPECRELAY_MCP_AGENT_TREE_TESTING_OBSERVED_TREE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/status_macros.h"

namespace specrelay {

// Passes every call on to `tree`, which must outlive it. Thread-safe, except for set_hook.
class ObservedTree final : public Tree {
 public:
  // Called before each operation with its name, for example "Read", and its path ("" for Lock); unless it returns OK,
  // its status is the operation's result.
  using Hook = std::function<absl::Status(absl::string_view operation, absl::string_view path)>;

  explicit ObservedTree(Tree& tree) : tree_(tree) {}

  void set_hook(Hook hook) { hook_ = std::move(hook); }

  // How often `operation` was called since the last Reset().
  int calls(absl::string_view operation) const {
    absl::MutexLock lock(&mu_);
    const auto it = calls_.find(std::string(operation));
    return it == calls_.end() ? 0 : it->second;
  }
  void Reset() {
    absl::MutexLock lock(&mu_);
    calls_.clear();
  }

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override {
    RETURN_IF_ERROR(Observe("Read", path));
    return tree_.Read(path, max_bytes);
  }
  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override {
    RETURN_IF_ERROR(Observe("ReadFrom", path));
    return tree_.ReadFrom(path, offset, max_bytes);
  }
  absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(absl::string_view path) const override {
    RETURN_IF_ERROR(Observe("OpenToRead", path));
    return tree_.OpenToRead(path);
  }
  absl::StatusOr<std::unique_ptr<IncomingFile>> OpenIncoming(absl::string_view path, int64_t max_bytes) const override {
    RETURN_IF_ERROR(Observe("OpenIncoming", path));
    return tree_.OpenIncoming(path, max_bytes);
  }
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override {
    RETURN_IF_ERROR(Observe("Stat", path));
    return tree_.Stat(path);
  }
  // Each of them counts as "Stat" and can fail.
  std::vector<absl::StatusOr<FileStat>> StatEach(const std::vector<std::string>& paths) const override {
    std::vector<absl::Status> observed;
    for (const std::string& path : paths) observed.push_back(Observe("Stat", path));
    std::vector<absl::StatusOr<FileStat>> stats = tree_.StatEach(paths);
    for (size_t i = 0; i < stats.size(); ++i) {
      if (!observed[i].ok()) stats[i] = observed[i];
    }
    return stats;
  }
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override {
    RETURN_IF_ERROR(Observe("List", path));
    return tree_.List(path);
  }
  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration timeout) override {
    RETURN_IF_ERROR(Observe("Lock", ""));
    return tree_.Lock(timeout);
  }
  absl::StatusOr<FileStat> Write(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override {
    RETURN_IF_ERROR(Observe("Write", path));
    return tree_.Write(lock, path, bytes);
  }
  absl::Status Append(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override {
    RETURN_IF_ERROR(Observe("Append", path));
    return tree_.Append(lock, path, bytes);
  }
  absl::StatusOr<StagedFile> StageIncoming(const TreeLock& lock, absl::string_view path,
                                           IncomingFile& content) override {
    RETURN_IF_ERROR(Observe("StageIncoming", path));
    return tree_.StageIncoming(lock, path, content);
  }
  absl::StatusOr<StagedFile> Stage(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override {
    RETURN_IF_ERROR(Observe("Stage", path));
    return tree_.Stage(lock, path, bytes);
  }
  absl::Status Restage(const TreeLock& lock, absl::string_view staged_path, absl::string_view bytes,
                       absl::Time last_modified) override {
    RETURN_IF_ERROR(Observe("Restage", staged_path));
    return tree_.Restage(lock, staged_path, bytes, last_modified);
  }
  absl::Status Place(const TreeLock& lock, absl::string_view staged_path, absl::string_view path) override {
    RETURN_IF_ERROR(Observe("Place", path));
    return tree_.Place(lock, staged_path, path);
  }
  void Discard(const TreeLock& lock, absl::string_view staged_path) override {
    if (Observe("Discard", staged_path).ok()) tree_.Discard(lock, staged_path);
  }
  absl::Status Sync(const TreeLock& lock, const std::vector<std::string>& paths) override {
    RETURN_IF_ERROR(Observe("Sync", ""));
    return tree_.Sync(lock, paths);
  }
  void DiscardAbandoned(const TreeLock& lock) override { tree_.DiscardAbandoned(lock); }
  absl::Status AppendLazily(const TreeLock& lock, absl::string_view path, absl::string_view bytes) override {
    RETURN_IF_ERROR(Observe("AppendLazily", path));
    return tree_.AppendLazily(lock, path, bytes);
  }
  absl::Status Rename(const TreeLock& lock, absl::string_view from, absl::string_view to) override {
    RETURN_IF_ERROR(Observe("Rename", from));
    return tree_.Rename(lock, from, to);
  }
  absl::Status Remove(const TreeLock& lock, absl::string_view path) override {
    RETURN_IF_ERROR(Observe("Remove", path));
    return tree_.Remove(lock, path);
  }

 private:
  absl::Status Observe(absl::string_view operation, absl::string_view path) const {
    {
      absl::MutexLock lock(&mu_);
      ++calls_[std::string(operation)];
    }
    return hook_ == nullptr ? absl::OkStatus() : hook_(operation, path);
  }

  Tree& tree_;
  Hook hook_;

  mutable absl::Mutex mu_;
  mutable std::map<std::string, int> calls_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TESTING_OBSERVED_TREE_H_
