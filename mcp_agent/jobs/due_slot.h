// Which run of a schedule is due. Pure.
#ifndef SPECRELAY_MCP_AGENT_JOBS_DUE_SLOT_H_
#define SPECRELAY_MCP_AGENT_JOBS_DUE_SLOT_H_

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/cron.h"
#include "mcp_agent/jobs/job_document.h"

namespace specrelay {

// Time of the latest run that `schedule` names after `handled_until` and not after `now`; nothing when none is due.
// Those between are left out: after a week's sleep a job runs once, not a week's worth.
absl::optional<absl::Time> DueSlot(const CronSchedule& schedule, absl::Time handled_until, absl::Time now,
                                   const absl::TimeZone& zone);

// Up to when the runs of a job are settled: its last scheduled run, or for a job that never had one its last run or its
// creation; `watched_since` for one that tells nothing.
absl::Time HandledUntil(const StoredJob& job, absl::Time watched_since);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_DUE_SLOT_H_
