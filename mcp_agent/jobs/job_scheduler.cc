#include "mcp_agent/jobs/job_scheduler.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/cron.h"
#include "mcp_agent/jobs/due_slot.h"
#include "mcp_agent/jobs/job_document.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/ledger/transaction.h"
#include "proto/support/digest.h"
#include "proto/support/iso_time.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kLockName[] = "scheduler";
constexpr absl::Duration kBetweenLooks = absl::Seconds(30);
// Timers and the clock need not agree to the millisecond.
constexpr absl::Duration kShortestDelay = absl::Milliseconds(10);

}  // namespace

JobScheduler::JobScheduler(JobSchedulerParts parts) : parts_(std::move(parts)) {}

JobScheduler::~JobScheduler() { Stop(); }

void JobScheduler::LookNow() {
  absl::MutexLock lock(&state_->mu);
  QueueLookLocked(*state_);
}

void JobScheduler::Stop() {
  {
    absl::MutexLock lock(&state_->mu);
    state_->stopped = true;
    state_->timer.reset();
    state_->mu.Await(absl::Condition(state_.get(), &State::NotLookingLocked));
  }
  lock_.reset();
}

void JobScheduler::QueueLookLocked(State& state) {
  if (state.stopped || state.queued) return;
  if (state.looking) {
    state.look_again = true;
    return;
  }
  state.queued = parts_.tasks.TrySubmit(0, [this, kept = state_] {
    {
      absl::MutexLock lock(&kept->mu);
      kept->queued = false;
      if (kept->stopped) return;
      kept->looking = true;
    }
    LookOnce();
  });
  if (!state.queued) SetTimerLocked(state, kBetweenLooks);
}

void JobScheduler::SetTimerLocked(State& state, absl::Duration delay) {
  state.timer = parts_.timers.Schedule(delay, [this, kept = state_] {
    absl::MutexLock lock(&kept->mu);
    if (!kept->stopped) QueueLookLocked(*kept);
  });
}

void JobScheduler::LookOnce() {
  const absl::Duration delay = HaveLock() ? RunDueJobs() : kBetweenLooks;
  absl::MutexLock lock(&state_->mu);
  state_->looking = false;
  if (state_->stopped) return;
  SetTimerLocked(*state_, delay);
  if (std::exchange(state_->look_again, false)) QueueLookLocked(*state_);
}

bool JobScheduler::HaveLock() {
  if (lock_ != nullptr) return true;
  absl::StatusOr<std::unique_ptr<RunLock>> lock = parts_.locks.TryAcquire(kLockName);
  if (!lock.ok()) {
    Log(LogLevel::kWarning, "cannot schedule jobs", {{"error", lock.status().ToString()}});
    return false;
  }
  lock_ = *std::move(lock);
  if (lock_ == nullptr) return false;
  watched_since_ = parts_.clock.Now();
  Log(LogLevel::kInfo, "schedules the machine's jobs");
  return true;
}

absl::Duration JobScheduler::RunDueJobs() {
  const absl::StatusOr<std::vector<StoredJob>> jobs = parts_.jobs.Jobs();
  if (!jobs.ok()) {
    Log(LogLevel::kWarning, "cannot schedule jobs", {{"error", jobs.status().ToString()}});
    return kBetweenLooks;
  }
  const absl::Time now = parts_.clock.Now();
  absl::Time next = now + kBetweenLooks;
  for (const StoredJob& stored : *jobs) {
    if (stored.job.enabled()) next = std::min(next, RunIfDue(stored, now));
  }
  return std::max(next - parts_.clock.Now(), kShortestDelay);
}

absl::Time JobScheduler::RunIfDue(const StoredJob& stored, absl::Time now) {
  const std::string& id = stored.job.id();
  const absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse(stored.job.schedule());
  if (!schedule.ok()) return absl::InfiniteFuture();
  if (const auto slot = DueSlot(*schedule, HandledUntil(stored, watched_since_), now, parts_.zone)) {
    const std::string request_id = DeriveId(absl::StrCat(id, "\n", absl::ToUnixSeconds(*slot)), "scheduled_", "");
    if (const absl::Status claimed = ClaimSlot(id, *slot, request_id); claimed.ok()) {
      parts_.run(id, request_id);
    } else {
      Log(LogLevel::kWarning, "left out a job's run", {{"job", id}, {"error", claimed.ToString()}});
    }
  }
  return schedule->NextRun(now, parts_.zone).value_or(absl::InfiniteFuture());
}

absl::Status JobScheduler::ClaimSlot(absl::string_view job_id, absl::Time slot, absl::string_view request_id) {
  bool claimed = false;
  WriteRequest request;
  request.request_id = absl::StrCat(request_id, ":claim");
  request.digest = Sha256Hex(request_id);
  request.command = "job-run";
  request.actor.set_client("specrelay_agent");
  const auto claim = [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
    ASSIGN_OR_RETURN(JobDocument document, JobDocument::Read(tx.tree()));
    const absl::optional<StoredJob> stored = document.Find(job_id);
    // Somebody may have changed it, or another scheduler been quicker.
    claimed = stored.has_value() && stored->job.enabled() && HandledUntil(*stored, watched_since_) < slot;
    if (!claimed) return absl::AbortedError("the job was changed meanwhile");
    document.SetLastScheduledFor(job_id, slot);
    RETURN_IF_ERROR(tx.Write(kJobsFile, document.ToJson()).status());
    tx.SetSummary(absl::StrCat("job ", job_id, " is due since ", ToIsoTime(slot)));
    return v1::CommandResult();
  };
  RETURN_IF_ERROR(parts_.machine_ledger.Execute(request, claim).status());
  // The ledger knows the request, hence somebody has claimed the slot before.
  return claimed ? absl::OkStatus() : absl::AbortedError("it has been started before");
}

}  // namespace specrelay
