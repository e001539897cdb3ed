#include "mcp_agent/jobs/due_slot.h"

#include <algorithm>

#include "proto/support/time.h"

namespace specrelay {

absl::optional<absl::Time> DueSlot(const CronSchedule& schedule, absl::Time handled_until, absl::Time now,
                                   const absl::TimeZone& zone) {
  // A schedule for every minute has half a million runs in a year: look at the recent ones first.
  const absl::Duration windows[] = {absl::Hours(1), absl::Hours(24), absl::Hours(24 * 31), absl::InfiniteDuration()};
  for (const absl::Duration window : windows) {
    const absl::Time from = std::max(handled_until, now - window);
    absl::optional<absl::Time> due;
    for (absl::optional<absl::Time> next = schedule.NextRun(from, zone); next.has_value() && *next <= now;
         next = schedule.NextRun(*next, zone)) {
      due = next;
    }
    if (due.has_value() || from == handled_until) return due;
  }
  return absl::nullopt;
}

absl::Time HandledUntil(const StoredJob& job, absl::Time watched_since) {
  if (job.last_scheduled_for.has_value()) return *job.last_scheduled_for;
  if (!job.job.has_last_run() && !job.job.has_created_at()) return watched_since;
  // An absent time is 1970.
  return std::max(FromProto(job.job.last_run()), FromProto(job.job.created_at()));
}

}  // namespace specrelay
