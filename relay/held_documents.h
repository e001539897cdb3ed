// Documents whose next writes must wait, and for what.
#ifndef SPECRELAY_RELAY_HELD_DOCUMENTS_H_
#define SPECRELAY_RELAY_HELD_DOCUMENTS_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct QueuedWrite;

// Filled in the order of a project's queue. Each look-up takes logarithmic time in the number of documents. The writes
// must outlive it. Not thread-safe.
class HeldDocuments {
 public:
  static constexpr uint64_t kEverything = std::numeric_limits<uint64_t>::max();

  // Holds up writes to the documents of `write`, to directories of them and to what is in them, for the sake of
  // `holder`, as far as their order is up to `until`.
  void Hold(const QueuedWrite& write, const QueuedWrite& holder, uint64_t until);

  // For whose sake a write to these documents that has that place in the order must wait; nullptr when it need not.
  const QueuedWrite* HolderOf(const std::vector<std::string>& documents, uint64_t order) const;

 private:
  struct Reason {
    const QueuedWrite* holder = nullptr;
    uint64_t until = 0;
  };

  const QueuedWrite* HolderOf(absl::string_view document, uint64_t order) const;

  absl::btree_map<absl::string_view, Reason> reasons_;  // by document; "" is everything
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_HELD_DOCUMENTS_H_
