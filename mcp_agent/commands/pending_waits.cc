#include "mcp_agent/commands/pending_waits.h"

#include <utility>

#include "absl/algorithm/container.h"

namespace specrelay {

PendingWaits::Token PendingWaits::Begin(absl::string_view request_id) {
  absl::MutexLock lock(&mu_);
  waits_[++last_token_].request_id = std::string(request_id);
  return last_token_;
}

void PendingWaits::Attach(Token token, CancelWait cancel) {
  absl::Status cancel_with;
  {
    absl::MutexLock lock(&mu_);
    const auto found = waits_.find(token);
    if (found == waits_.end()) return;
    cancel_with = found->second.cancel_with;
    if (cancel_with.ok()) {
      found->second.cancel = std::move(cancel);
      return;
    }
  }
  cancel(cancel_with);
}

void PendingWaits::End(Token token) {
  absl::MutexLock lock(&mu_);
  waits_.erase(token);
}

void PendingWaits::Cancel(const std::vector<std::string>& request_ids, const absl::Status& status) {
  std::vector<CancelWait> cancels;
  {
    absl::MutexLock lock(&mu_);
    for (auto& [token, wait] : waits_) {
      if (!absl::c_linear_search(request_ids, wait.request_id)) continue;
      if (wait.cancel != nullptr) {
        cancels.push_back(wait.cancel);
      } else {
        wait.cancel_with = status;
      }
    }
  }
  for (const CancelWait& cancel : cancels) cancel(status);
}

int64_t PendingWaits::size() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int64_t>(waits_.size());
}

}  // namespace specrelay
