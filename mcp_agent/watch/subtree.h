// What lies at and below a path, in a map ordered by path.
#ifndef SPECRELAY_MCP_AGENT_WATCH_SUBTREE_H_
#define SPECRELAY_MCP_AGENT_WATCH_SUBTREE_H_

#include <string>

#include "absl/container/btree_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// Calls `visit` with an iterator to each entry of `map` at or below `path`, in ascending order; "" is everything.
// `visit` returns the iterator to go on with: the next, or what erasing the entry returned.
template <typename Value, typename Visit>
void VisitSubtree(absl::btree_map<std::string, Value>& map, absl::string_view path, Visit visit) {
  if (const auto self = map.find(path); self != map.end()) visit(self);
  const std::string prefix = path.empty() ? std::string() : absl::StrCat(path, "/");
  auto it = path.empty() ? map.upper_bound(prefix) : map.lower_bound(prefix);
  while (it != map.end() && absl::StartsWith(it->first, prefix)) it = visit(it);
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_SUBTREE_H_
