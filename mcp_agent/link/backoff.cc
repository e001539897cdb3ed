#include "mcp_agent/link/backoff.h"

#include <algorithm>

#include "absl/random/random.h"

namespace specrelay {
namespace {

absl::Duration UniformUpTo(absl::BitGenRef random, absl::Duration bound) {
  return absl::Uniform(random, 0.0, 1.0) * bound;
}

}  // namespace

absl::Duration Backoff::AfterLoss(absl::Time now) {
  if (connected_since_.has_value() && now - *connected_since_ >= options_.stable_after) failures_ = 0;
  connected_since_.reset();
  if (failures_ == 0) trouble_since_ = now;
  absl::Duration bound = options_.base;
  for (int i = 0; i < failures_ && bound < options_.cap; ++i) bound *= 2;
  ++failures_;
  const absl::Duration most = std::max(2 * options_.base, 2 * (now - trouble_since_));
  return UniformUpTo(random_, std::min({bound, options_.cap, most}));
}

absl::Duration Backoff::AfterDrain(absl::Time now, absl::Duration retry_after) {
  const absl::Duration wanted = std::min(std::max(retry_after, absl::ZeroDuration()), options_.max_retry_after);
  return wanted + AfterLoss(now);
}

absl::Duration Backoff::AfterRefusal() {
  connected_since_.reset();
  return options_.refused + UniformUpTo(random_, options_.refused / 4);
}

}  // namespace specrelay
