// The half of a tree that is the same for all that can only be read.
#ifndef SPECRELAY_MCP_AGENT_TREE_READ_ONLY_TREE_H_
#define SPECRELAY_MCP_AGENT_TREE_READ_ONLY_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Refuses the lock and every change. Thread-safe when the reading half is.
class ReadOnlyTree : public Tree {
 public:
  absl::StatusOr<std::unique_ptr<TreeLock>> Lock(absl::Duration) final { return ReadOnly(); }
  absl::StatusOr<FileStat> Write(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  absl::StatusOr<StagedFile> Stage(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  absl::Status Restage(const TreeLock&, absl::string_view, absl::string_view, absl::Time) final { return ReadOnly(); }
  absl::Status Place(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  void Discard(const TreeLock&, absl::string_view) final {}
  absl::Status Sync(const TreeLock&, const std::vector<std::string>&) final { return ReadOnly(); }
  void DiscardAbandoned(const TreeLock&) final {}
  absl::Status Append(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  absl::Status AppendLazily(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  absl::Status Rename(const TreeLock&, absl::string_view, absl::string_view) final { return ReadOnly(); }
  absl::Status Remove(const TreeLock&, absl::string_view) final { return ReadOnly(); }

 private:
  // Why, and where to write instead.
  virtual absl::Status ReadOnly() const = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_READ_ONLY_TREE_H_
