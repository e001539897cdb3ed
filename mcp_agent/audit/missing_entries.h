// Numbers that a sequence has left out so far; they may still turn up out of order.
#ifndef SPECRELAY_MCP_AGENT_AUDIT_MISSING_ENTRIES_H_
#define SPECRELAY_MCP_AGENT_AUDIT_MISSING_ENTRIES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/types/optional.h"

namespace specrelay {

// Not thread-safe. Bounded: what does not fit is left out, and still counted as missing by whoever reports it at once.
class MissingEntries {
 public:
  static constexpr size_t kMaxRanges = 1000;

  struct Range {
    int64_t first = 0;
    int64_t last = 0;
    int64_t line = 0;     // where the gap was noticed
    int64_t damaged = 0;  // lines there that could not be read, and which these may have been
    bool partly_found = false;
  };

  // Notes a gap; false when there are too many already. Ranges do not overlap.
  bool Add(const Range& range);

  // Takes `seq` out, as it has turned up. The range it was in, as it was; nullopt when it is not missing.
  absl::optional<Range> Find(int64_t seq);

  // What is still missing, in ascending order.
  std::vector<Range> ranges() const;

 private:
  std::map<int64_t, Range> by_first_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AUDIT_MISSING_ENTRIES_H_
