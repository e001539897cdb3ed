// A tree as it will be when effects that have been stated have been carried out.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_OVERLAY_TREE_H_
#define SPECRELAY_MCP_AGENT_LEDGER_OVERLAY_TREE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/read_only_tree.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// New content of a file that is not yet in its place.
struct StagedContent {
  std::string path;
  std::string bytes;
  std::string hash;  // of the bytes
  StagedFile staged;
  bool is_staged = true;  // else the staged file holds content that this one supersedes
};

// Shows `base`, which must outlive it and does not change meanwhile but for what is staged, with files that are written
// and appended to. Can only be read; every other method is INTERNAL. Not thread-safe.
class OverlayTree final : public ReadOnlyTree {
 public:
  explicit OverlayTree(const Tree& base) : base_(base) {}

  // Shows this content from now on, in place of what it showed of that path. The directory of the path exists.
  void Put(StagedContent content);
  // Shows `bytes` at the end of a file of `base` that is as `stat` says, behind what was appended before.
  void Extend(absl::string_view path, const FileStat& stat, absl::string_view bytes);

  bool empty() const { return written_.empty() && appended_.empty(); }
  bool Wrote(absl::string_view path) const { return written_.contains(path); }
  // What was put there last; null when nothing was.
  const StagedContent* Written(absl::string_view path) const;
  // What is yet to be staged.
  std::vector<const StagedContent*> Unstaged() const;
  bool AppendedTo(absl::string_view path) const { return appended_.contains(path); }
  // Whether a file was written where `path` has a directory.
  bool WroteAbove(absl::string_view path) const;

  // Whether it has been asked for something that it cannot show: a file that was appended to, or whose content is not
  // staged, to be read in parts. That was answered with ABORTED.
  bool failed_to_show() const { return failed_to_show_; }

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override;
  absl::StatusOr<std::string> ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const override;
  absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(absl::string_view path) const override;
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override;
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view path) const override;

 private:
  struct Appended {
    FileStat stat;  // of the file without the bytes
    std::string bytes;
  };

  absl::Status ReadOnly() const override;

  const Tree& base_;
  absl::btree_map<std::string, StagedContent> written_;
  absl::btree_map<std::string, Appended> appended_;
  mutable bool failed_to_show_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_OVERLAY_TREE_H_
