#include "dashboard/auth/ended_sessions.h"

#include <algorithm>

namespace specrelay {
namespace {

constexpr absl::Duration kSweepInterval = absl::Minutes(1);

}  // namespace

void EndedSessions::Add(const Session& session, absl::Time now, absl::Time until) {
  absl::MutexLock lock(&mu_);
  ForgetExpiredLocked(now);
  OfKey& of_key = by_key_[session.principal.key_id];
  of_key.until_by_id[session.id] = until;
  of_key.last_until = std::max(of_key.last_until, until);
  if (of_key.until_by_id.size() > max_per_key_) {
    of_key.until_by_id.clear();
    of_key.all_before = now;
  }
}

bool EndedSessions::Contains(const Session& session) const {
  absl::MutexLock lock(&mu_);
  const auto found = by_key_.find(session.principal.key_id);
  if (found == by_key_.end()) return false;
  return session.issued_at <= found->second.all_before || found->second.until_by_id.contains(session.id);
}

void EndedSessions::ForgetExpiredLocked(absl::Time now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + kSweepInterval;
  absl::erase_if(by_key_, [now](auto& entry) {
    absl::erase_if(entry.second.until_by_id, [now](const auto& session) { return session.second <= now; });
    return entry.second.last_until <= now;
  });
}

}  // namespace specrelay
