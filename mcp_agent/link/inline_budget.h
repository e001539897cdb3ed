// How long commands may keep the thread that reads a stream.
#ifndef SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_
#define SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_

#include <algorithm>

#include "absl/time/time.h"

namespace specrelay {

// Commands that are quick are executed where they are read, because handing one to another thread takes longer than the
// command. Together they may take all of the thread's time, as whatever else it does may, but none of them much:
// whether one was quick is seen afterwards, and one that took its time keeps the next ones off the thread for many
// times as long, so that all such take a twentieth of its time. Those of one message, whose answers leave together, are
// bounded as well. Not thread-safe.
class InlineBudget {
 public:
  // Whether the thread may execute a command now, which came in a message that was read at that time.
  bool Allows(absl::Time read_at, absl::Time now) const { return now >= closed_until_ && now - read_at < kLongestHold; }

  void Took(absl::Time begun, absl::Time ended) {
    const absl::Duration took = ended - begun;
    if (took > kQuick) closed_until_ = ended + std::min(kPauseFactor * took, kLongestPause);
  }

 private:
  static constexpr absl::Duration kQuick = absl::Microseconds(500);
  static constexpr int kPauseFactor = 20;
  static constexpr absl::Duration kLongestPause = absl::Minutes(5);
  static constexpr absl::Duration kLongestHold = absl::Milliseconds(5);

  absl::Time closed_until_ = absl::InfinitePast();
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_INLINE_BUDGET_H_
