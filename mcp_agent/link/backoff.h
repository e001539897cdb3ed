// How long an agent waits before it tries the relay again.
#ifndef SPECRELAY_MCP_AGENT_LINK_BACKOFF_H_
#define SPECRELAY_MCP_AGENT_LINK_BACKOFF_H_

#include "absl/random/bit_gen_ref.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

struct BackoffOptions {
  absl::Duration base = absl::Milliseconds(500);   // upper bound of the first delay
  absl::Duration cap = absl::Seconds(30);          // upper bound of every delay
  absl::Duration stable_after = absl::Minutes(1);  // a connection this old forgives earlier failures
  absl::Duration refused = absl::Seconds(60);      // delay after a refusal, to which up to a quarter is added
  absl::Duration max_retry_after = absl::Minutes(10);
};

// Exponential backoff with full jitter: many agents that lose the same relay come back spread out, and a relay that
// accepts and drops them at once does not look healthy. The bound is also never above twice the time that the trouble
// has lasted (but at least twice the base): small draws would else let it run ahead of a relay that restarts quickly.
// Pure: time is an argument. Not thread-safe. `random` must refer to a generator that outlives it.
class Backoff {
 public:
  explicit Backoff(absl::BitGenRef random, BackoffOptions options = {}) : options_(options), random_(random) {}

  // The relay has accepted the agent.
  void Connected(absl::Time now) { connected_since_ = now; }

  // An attempt has failed or a connection has ended: uniform between 0 and the bound.
  absl::Duration AfterLoss(absl::Time now);

  // The relay asked to come back after `retry_after`: never sooner, and no sooner than AfterLoss would have it.
  absl::Duration AfterDrain(absl::Time now, absl::Duration retry_after);

  // The relay does not want this agent; only a person can change that.
  absl::Duration AfterRefusal();

 private:
  const BackoffOptions options_;
  absl::BitGenRef random_;
  int failures_ = 0;
  absl::Time trouble_since_;  // of the first of `failures_`
  absl::optional<absl::Time> connected_since_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_BACKOFF_H_
