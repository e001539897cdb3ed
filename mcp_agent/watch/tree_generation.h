// Whether a tree can have changed since an earlier moment.
#ifndef SPECRELAY_MCP_AGENT_WATCH_TREE_GENERATION_H_
#define SPECRELAY_MCP_AGENT_WATCH_TREE_GENERATION_H_

#include <cstdint>
#include <functional>

#include "absl/types/optional.h"

namespace specrelay {

// Gives the number of the tree's state; nothing when it cannot be said whether the tree has changed. What was seen of
// the tree after one call is what a look after a later call with the same number would show, but for what
// TreeWatcher::Generation() excepts. Thread-safe. nullptr where nobody watches the tree.
using TreeGeneration = std::function<absl::optional<uint64_t>()>;

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_TREE_GENERATION_H_
