// Which paths of a tree must be looked at, and when: the watcher's only policy about time.
#ifndef SPECRELAY_MCP_AGENT_WATCH_PENDING_CHECKS_H_
#define SPECRELAY_MCP_AGENT_WATCH_PENDING_CHECKS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// Pure: time comes as an argument and never goes back. Not thread-safe. Bounded: it never forgets a path, but past its
// bounds it asks for earlier or wider checks than it otherwise would.
class PendingChecks {
 public:
  struct Timing {
    // From the first change of a burst until the burst is looked at, whatever else arrives meanwhile.
    absl::Duration burst_window = absl::Milliseconds(15);
    // How long a file that was created or touched may stay open before it is looked at unfinished. Most writers close
    // it sooner, and then it is whole; a hard link is never closed.
    absl::Duration unfinished_grace = absl::Milliseconds(100);
    // From a check that failed for a passing reason until the next.
    absl::Duration retry_interval = absl::Seconds(5);
  };

  explicit PendingChecks(Timing timing, size_t max_paths = 8192) : timing_(timing), max_paths_(max_paths) {}

  // Something happened at `path` that is complete by now.
  void Changed(absl::string_view path, absl::Time now);

  // What was at `path` is gone. To see that is no work, however large it was.
  void Gone(absl::string_view path, absl::Time now);

  // `path` may be in the middle of being written.
  void Unfinished(absl::string_view path, absl::Time now);

  // `path` could not be looked at.
  void Failed(absl::string_view path, absl::Time now);

  // Whether there is nothing to look at, now or later.
  bool Empty() const { return changed_.empty() && later_.empty(); }

  // To look at `path` was so much work that it is not to be done again before `until`, unless it is gone then.
  void Rest(absl::string_view path, absl::Time until);

  // Whether the window of a burst is open.
  bool InBurst() const { return !changed_.empty(); }

  // Whether the caller should take what is due before it adds more.
  bool Full() const { return changed_.size() >= max_paths_; }

  // When TakeDue() will have something; InfiniteFuture if never. It may be early, but then it moves on.
  absl::Time NextDue() const;

  // The paths that are due at `now`, in ascending order; the whole burst once its window has ended or it is full.
  std::vector<std::string> TakeDue(absl::Time now);

 private:
  void Later(absl::string_view path, absl::Time due);

  const Timing timing_;
  const size_t max_paths_;
  absl::btree_set<std::string> changed_;
  absl::Time changed_due_ = absl::InfiniteFuture();  // set while changed_ is not empty
  absl::btree_map<std::string, absl::Time> later_;
  absl::Time later_due_ = absl::InfiniteFuture();     // not after the earliest of later_
  absl::btree_map<std::string, absl::Time> resting_;  // until when
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_PENDING_CHECKS_H_
