// Sessions that were ended before their time. Tokens hold all there is to know of a session, except this.
#ifndef SPECRELAY_DASHBOARD_AUTH_ENDED_SESSIONS_H_
#define SPECRELAY_DASHBOARD_AUTH_ENDED_SESSIONS_H_

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dashboard/auth/session.h"

namespace specrelay {

// Thread-safe. In memory: after a restart of the server these sessions are valid again until they expire. Bounded by
// the number of keys: when a key has more ended sessions than `max_per_key`, all its sessions of until then end at
// once, whether they were among them or not.
class EndedSessions {
 public:
  explicit EndedSessions(size_t max_per_key = 100) : max_per_key_(max_per_key) {}

  // `until`: when the last token of the session expires.
  void Add(const Session& session, absl::Time now, absl::Time until);

  bool Contains(const Session& session) const;

 private:
  struct OfKey {
    absl::flat_hash_map<std::string, absl::Time> until_by_id;
    absl::Time all_before = absl::InfinitePast();  // tokens issued then or earlier
    absl::Time last_until;                         // when nothing of it matters any more
  };

  void ForgetExpiredLocked(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const size_t max_per_key_;

  mutable absl::Mutex mu_;
  absl::flat_hash_map<std::string, OfKey> by_key_ ABSL_GUARDED_BY(mu_);
  absl::Time next_sweep_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_ENDED_SESSIONS_H_
