// Which paths of a tree name the same file.
#ifndef SPECRELAY_MCP_AGENT_WATCH_HARD_LINKS_H_
#define SPECRELAY_MCP_AGENT_WATCH_HARD_LINKS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

// Pure, not thread-safe.
class HardLinks {
 public:
  // `path` names the file that `stat` describes.
  void Add(absl::string_view path, const FileStat& stat) { names_.emplace(stat.device, stat.inode, std::string(path)); }

  void Remove(absl::string_view path, const FileStat& stat) {
    names_.erase(Name(stat.device, stat.inode, std::string(path)));
  }

  // The other paths that name the same file, or so many of them that nobody has more on purpose.
  std::vector<std::string> OtherNames(absl::string_view path, const FileStat& stat) const {
    constexpr size_t kMaxNames = 64;
    std::vector<std::string> others;
    for (auto it = names_.lower_bound(Name(stat.device, stat.inode, ""));
         it != names_.end() && std::get<0>(*it) == stat.device && std::get<1>(*it) == stat.inode &&
         others.size() < kMaxNames;
         ++it) {
      if (std::get<2>(*it) != path) others.push_back(std::get<2>(*it));
    }
    return others;
  }

 private:
  using Name = std::tuple<uint64_t, uint64_t, std::string>;  // device, inode, path

  absl::btree_set<Name> names_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_HARD_LINKS_H_
