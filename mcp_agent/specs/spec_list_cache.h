// Keeps the last list of specs, to be given again while nothing has changed.
#ifndef SPECRELAY_MCP_AGENT_SPECS_SPEC_LIST_CACHE_H_
#define SPECRELAY_MCP_AGENT_SPECS_SPEC_LIST_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "google/protobuf/repeated_field.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/tree/tree.h"
#include "mcp_agent/watch/tree_generation.h"
#include "proto/support/clock.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// One list for each shelf. It is believed while the tree's generation stays the same and the shelf is still the same
// directory, and for kLongestBelief at most: that bounds what a generation does not tell. Thread-safe; does not own
// what it is given.
class SpecListCache {
 public:
  using Specs = google::protobuf::RepeatedPtrField<v1::SpecSummary>;

  static constexpr absl::Duration kLongestBelief = absl::Seconds(2);
  // Some ten thousand specs. A longer list is not kept.
  static constexpr size_t kMaxListBytes = 8 << 20;

  // What a list is valid for.
  struct Basis {
    absl::Time looked_at;
    uint64_t generation = 0;
    uint64_t device = 0;  // with `inode`: the shelf's directory
    uint64_t inode = 0;
    int64_t max_file_bytes = 0;
  };

  // Without a `generation` no list is kept.
  SpecListCache(TreeGeneration generation, const Clock& clock) : generation_(std::move(generation)), clock_(clock) {}

  // The basis of a list that is made after this call. Nothing when no list can be believed, nor one made now be kept.
  absl::optional<Basis> CurrentBasis(const Tree& tree, SpecShelf shelf, int64_t max_file_bytes) const;

  // The list that looking would give at `basis`, or nullptr.
  std::shared_ptr<const Specs> Find(SpecShelf shelf, const Basis& basis) const;

  // Keeps a list that was made at `basis`, in place of the shelf's last.
  void Store(SpecShelf shelf, const Basis& basis, const Specs& specs);

 private:
  struct List {
    Basis basis;
    std::shared_ptr<const Specs> specs;
  };

  const TreeGeneration generation_;
  const Clock& clock_;

  mutable absl::Mutex mu_;
  std::array<List, 2> lists_ ABSL_GUARDED_BY(mu_);  // by shelf
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_SPEC_LIST_CACHE_H_
