#include "mcp_agent/tree/lock_queue.h"

#include <algorithm>

namespace specrelay {

bool LockQueue::Enter(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  const uint64_t ticket = next_ticket_++;
  tickets_.push_back(ticket);
  const auto is_first = [this, ticket]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return tickets_.front() == ticket; };
  if (mu_.AwaitWithTimeout(absl::Condition(&is_first), timeout)) return true;
  tickets_.erase(std::find(tickets_.begin(), tickets_.end(), ticket));
  return false;
}

void LockQueue::Leave() {
  absl::MutexLock lock(&mu_);
  tickets_.pop_front();
}

}  // namespace specrelay
