#include "mcp_agent/audit/missing_entries.h"

namespace specrelay {

bool MissingEntries::Add(const Range& range) {
  if (range.first > range.last) return true;
  if (by_first_.size() >= kMaxRanges) return false;
  by_first_.emplace(range.first, range);
  return true;
}

absl::optional<MissingEntries::Range> MissingEntries::Find(int64_t seq) {
  auto it = by_first_.upper_bound(seq);
  if (it == by_first_.begin() || (--it)->second.last < seq) return absl::nullopt;
  const Range found = it->second;
  by_first_.erase(it);
  Range below = found;
  below.last = seq - 1;
  below.partly_found = true;
  Range above = found;
  above.first = seq + 1;
  above.partly_found = true;
  // Damaged lines are counted once.
  (below.first <= below.last ? above : below).damaged = 0;
  Add(below);
  Add(above);
  return found;
}

std::vector<MissingEntries::Range> MissingEntries::ranges() const {
  std::vector<Range> ranges;
  for (const auto& [first, range] : by_first_) ranges.push_back(range);
  return ranges;
}

}  // namespace specrelay
