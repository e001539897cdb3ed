#include "mcp_agent/watch/pending_checks.h"

#include <algorithm>

namespace specrelay {

void PendingChecks::Changed(absl::string_view path, absl::Time now) {
  if (const auto resting = resting_.find(path); resting != resting_.end()) {
    if (now < resting->second) return Later(path, resting->second);
    resting_.erase(resting);
  }
  if (changed_.empty()) changed_due_ = now + timing_.burst_window;
  if (!changed_.contains(path)) changed_.emplace(path);
  later_.erase(path);
}

void PendingChecks::Gone(absl::string_view path, absl::Time now) {
  resting_.erase(path);
  Changed(path, now);
}

void PendingChecks::Unfinished(absl::string_view path, absl::Time now) {
  // What will be looked at after this burst is looked at in the state that it is in after this event.
  if (changed_.contains(path)) return;
  if (later_.size() >= max_paths_) {
    Changed(path, now);
  } else {
    const auto resting = resting_.find(path);
    const absl::Time rested = resting == resting_.end() ? absl::InfinitePast() : resting->second;
    Later(path, std::max(now + timing_.unfinished_grace, rested));
  }
}

void PendingChecks::Failed(absl::string_view path, absl::Time now) {
  if (changed_.contains(path)) return;
  // Past the bound the whole tree stands for its paths.
  Later(later_.size() >= max_paths_ ? absl::string_view() : path, now + timing_.retry_interval);
}

void PendingChecks::Rest(absl::string_view path, absl::Time until) {
  // Those that have rested go when they change, or here.
  if (resting_.size() >= max_paths_) resting_.clear();
  resting_.insert_or_assign(std::string(path), until);
  if (const auto later = later_.find(path); later != later_.end()) later->second = std::max(later->second, until);
}

void PendingChecks::Later(absl::string_view path, absl::Time due) {
  const auto it = later_.find(path);
  if (it == later_.end()) {
    later_.emplace(std::string(path), due);
  } else {
    // A file that is touched over and over is not put off for ever.
    due = it->second = std::min(it->second, due);
  }
  later_due_ = std::min(later_due_, due);
}

absl::Time PendingChecks::NextDue() const { return std::min(changed_due_, later_due_); }

std::vector<std::string> PendingChecks::TakeDue(absl::Time now) {
  if (later_due_ <= now) {
    later_due_ = absl::InfiniteFuture();
    for (auto it = later_.begin(); it != later_.end();) {
      if (it->second <= now) {
        if (changed_.empty()) changed_due_ = now;
        changed_.insert(it->first);
        it = later_.erase(it);
      } else {
        later_due_ = std::min(later_due_, it->second);
        ++it;
      }
    }
  }
  if (now < changed_due_ && !Full()) return {};
  std::vector<std::string> due(changed_.begin(), changed_.end());
  changed_.clear();
  changed_due_ = absl::InfiniteFuture();
  return due;
}

}  // namespace specrelay
