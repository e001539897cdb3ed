// How much of its time the thread that reads a stream may spend on commands.
#ifndef SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_
#define SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_

#include <algorithm>

#include "absl/time/time.h"

namespace specrelay {

// Commands that are quick are executed where they are read, because handing one to another thread takes longer than the
// command. Whether they really were is seen afterwards: one that took its time keeps the next ones off the thread for
// many times as long, so that the stream, and whatever shares the thread, is hardly held up. Not thread-safe.
class InlineBudget {
 public:
  bool Allows(absl::Time now) const { return now >= closed_until_; }

  void Took(absl::Time begun, absl::Time ended) {
    const absl::Duration took = ended - begun;
    if (took > kQuick) closed_until_ = ended + std::min(kPauseFactor * took, kLongestPause);
  }

 private:
  static constexpr absl::Duration kQuick = absl::Microseconds(500);
  static constexpr int kPauseFactor = 20;  // hence a twentieth of the thread's time at most
  static constexpr absl::Duration kLongestPause = absl::Minutes(5);

  absl::Time closed_until_ = absl::InfinitePast();
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_
