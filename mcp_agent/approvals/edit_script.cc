#include "mcp_agent/approvals/edit_script.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"

namespace specrelay {
namespace {

constexpr int kMaxEdits = 256;
constexpr int kUnreached = -1;

// Compares two sequences step by step: each step finds a path from where the last one ended.
class Comparison {
 public:
  Comparison(const std::vector<int>& a, const std::vector<int>& b) : a_(a), b_(b) {
    kept_.old_kept.resize(a.size());
    kept_.new_kept.resize(b.size());
  }

  Correspondence Run() {
    while (start_.x < a_size() || start_.y < b_size()) Step();
    return std::move(kept_);
  }

 private:
  struct Point {
    int x, y;
  };

  int a_size() const { return static_cast<int>(a_.size()); }
  int b_size() const { return static_cast<int>(b_.size()); }

  // Diagonal k holds the points whose x - y, counted from the start, is k. reach[k + edits] is the largest x on it that
  // `edits` edits reach; Row(edits) has 2 * edits + 1 diagonals, of which every second one is used.
  std::vector<int>& Row(int edits) {
    if (static_cast<int>(rows_.size()) <= edits) rows_.resize(edits + 1);
    rows_[edits].assign(2 * edits + 1, kUnreached);
    return rows_[edits];
  }

  // Whether the best way to diagonal k with that many edits ends with an insertion, which moves down.
  bool EndsWithInsertion(int edits, int k) const {
    if (k == -edits) return true;
    if (k == edits) return false;
    const std::vector<int>& before = rows_[edits - 1];
    return before[k - 1 + edits - 1] < before[k + 1 + edits - 1];
  }

  int Slide(int x, int k) const {
    int y = x - k + start_.y - start_.x;
    while (x < a_size() && y < b_size() && a_[x] == b_[y]) ++x, ++y;
    return x;
  }

  void Step() {
    int furthest_k = 0;
    int edits = 0;
    for (;; ++edits) {
      std::vector<int>& row = Row(edits);
      int furthest = -1;
      for (int k = -edits; k <= edits; k += 2) {
        int x = start_.x;
        if (edits > 0) {
          const bool insertion = EndsWithInsertion(edits, k);
          const int before = rows_[edits - 1][(insertion ? k + 1 : k - 1) + edits - 1];
          if (before == kUnreached) continue;
          x = insertion ? before : before + 1;
        }
        int y = x - k + start_.y - start_.x;
        if (x > a_size() || y > b_size()) continue;
        x = Slide(x, k);
        y = x - k + start_.y - start_.x;
        row[k + edits] = x;
        if (x + y > furthest) {
          furthest = x + y;
          furthest_k = k;
        }
        if (x == a_size() && y == b_size()) return Keep(edits, k);
      }
      if (edits == kMaxEdits) return Keep(edits, furthest_k);
    }
  }

  // Marks the elements kept on the path to the point reached on diagonal k, and starts there the next time.
  void Keep(int edits, int k) {
    const int shift = start_.x - start_.y;
    const int end_x = rows_[edits][k + edits];
    const Point end{end_x, end_x - k - shift};
    for (int x = end.x; edits >= 0; --edits) {
      const bool insertion = edits > 0 && EndsWithInsertion(edits, k);
      int from = start_.x;
      if (edits > 0) {
        const std::vector<int>& before = rows_[edits - 1];
        from = insertion ? before[k + 1 + edits - 1] : before[k - 1 + edits - 1] + 1;
      }
      while (x > from) {
        --x;
        kept_.old_kept[x] = true;
        kept_.new_kept[x - k - shift] = true;
      }
      if (edits == 0) break;
      x = insertion ? from : from - 1;
      k += insertion ? 1 : -1;
    }
    start_ = end;
  }

  const std::vector<int>& a_;
  const std::vector<int>& b_;
  Correspondence kept_;
  Point start_{0, 0};
  std::vector<std::vector<int>> rows_;
};

// The ids of `ids` that `others` has too, and where they stand.
struct Shared {
  std::vector<int> ids;
  std::vector<int> positions;
};

Shared SharedWith(const std::vector<int>& ids, const absl::flat_hash_set<int>& others) {
  Shared shared;
  for (size_t i = 0; i < ids.size(); ++i) {
    if (!others.contains(ids[i])) continue;
    shared.ids.push_back(ids[i]);
    shared.positions.push_back(static_cast<int>(i));
  }
  return shared;
}

std::vector<bool> Spread(const std::vector<bool>& kept, const std::vector<int>& positions, size_t size) {
  std::vector<bool> spread(size);
  for (size_t i = 0; i < kept.size(); ++i) {
    if (kept[i]) spread[positions[i]] = true;
  }
  return spread;
}

}  // namespace

Correspondence Correspond(const std::vector<int>& old_ids, const std::vector<int>& new_ids) {
  const Shared a = SharedWith(old_ids, absl::flat_hash_set<int>(new_ids.begin(), new_ids.end()));
  const Shared b = SharedWith(new_ids, absl::flat_hash_set<int>(old_ids.begin(), old_ids.end()));
  const Correspondence kept = Comparison(a.ids, b.ids).Run();
  return {Spread(kept.old_kept, a.positions, old_ids.size()), Spread(kept.new_kept, b.positions, new_ids.size())};
}

}  // namespace specrelay
