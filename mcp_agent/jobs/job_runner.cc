#include "mcp_agent/jobs/job_runner.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/job_document.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/ledger/transaction.h"
#include "proto/support/digest.h"
#include "proto/support/iso_time.h"
#include "proto/support/json.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr int kRecordAttempts = 3;

// Job ids are for strangers to choose; the prefix keeps them from the scheduler's lock.
std::string LockName(absl::string_view job_id) { return absl::StrCat("job:", job_id); }

// The run that a lock's note tells of; nothing when the note was cut short.
absl::optional<v1::JobExecution> ParseNote(absl::string_view note) {
  v1::JobExecution execution;
  if (!FromJson(note, execution).ok() || execution.id().empty()) return absl::nullopt;
  return execution;
}

absl::Status UnderWayError(absl::string_view job_id, absl::string_view note) {
  const absl::optional<v1::JobExecution> execution = ParseNote(note);
  const std::string since =
      execution.has_value() ? absl::StrCat(" since ", ToIsoTime(FromProto(execution->start_time()))) : "";
  return absl::FailedPreconditionError(
      absl::StrCat("Job ", job_id, " has been running", since, "; wait for it to end, or cancel it"));
}

// As much of a time as the history keeps, so that a run is told the same at first and from the record.
google::protobuf::Timestamp ToMilliseconds(absl::Time time) {
  return ToProto(absl::FromUnixMillis(absl::ToUnixMillis(time)));
}

v1::JobExecution Begin(const ActiveRun& run, const v1::Job& job, absl::Time now) {
  v1::JobExecution execution;
  execution.set_id(run.execution_id());
  execution.set_job_id(job.id());
  execution.set_job_name(job.name());
  execution.set_job_type(job.type());
  *execution.mutable_start_time() = ToMilliseconds(now);
  return execution;
}

void End(v1::JobExecution& execution, absl::Time now, const absl::Status& status) {
  *execution.mutable_end_time() = ToMilliseconds(now);
  const absl::Duration took = FromProto(execution.end_time()) - FromProto(execution.start_time());
  execution.set_duration_ms(absl::ToInt64Milliseconds(std::max(took, absl::ZeroDuration())));
  execution.set_success(status.ok());
  execution.set_error(std::string(status.message()));
  if (!status.ok() && execution.error().empty()) execution.set_error(absl::StatusCodeToString(status.code()));
}

v1::JobProgress::State FinalProgress(const absl::Status& status) {
  if (status.ok()) return v1::JobProgress::STATE_SUCCEEDED;
  return absl::IsCancelled(status) ? v1::JobProgress::STATE_CANCELLED : v1::JobProgress::STATE_FAILED;
}

}  // namespace

JobRunner::JobRunner(JobRunnerParts parts, JobRunnerOptions options)
    : parts_(std::move(parts)), history_(parts_.machine_tree), pool_({options.max_threads, options.max_queued}) {}

JobRunner::~JobRunner() { Stop(); }

JobRunner::StopWaiting JobRunner::Run(absl::string_view job_id, absl::string_view request_id, Done done) {
  const std::string execution_id = DeriveId(request_id, "run_", job_id);
  std::shared_ptr<ActiveRun> run;
  int waiter = 0;
  absl::Status refused;
  {
    absl::MutexLock lock(&mu_);
    if (const auto found = active_.find(execution_id); found != active_.end()) {
      run = found->second;
      waiter = run->AddWaiter(std::move(done));
    } else {
      run = std::make_shared<ActiveRun>(job_id, execution_id, parts_.progress);
      waiter = run->AddWaiter(std::move(done));
      if (stopping_) {
        refused = absl::UnavailableError("the agent is stopping; run the job again when it is back");
      } else if (!pool_.TrySubmit(0, [this, run] { Work(run); })) {
        refused = absl::ResourceExhaustedError("too many jobs wait to be run; try again when some have ended");
      } else {
        active_[execution_id] = run;
      }
    }
  }
  if (!refused.ok()) run->Finish(refused);
  return [weak = std::weak_ptr<ActiveRun>(run), waiter](absl::Status status) {
    if (const std::shared_ptr<ActiveRun> waited_for = weak.lock()) waited_for->StopWaiting(waiter, std::move(status));
  };
}

bool JobRunner::CancelOwn(absl::string_view job_id) {
  std::vector<std::shared_ptr<ActiveRun>> runs;
  {
    absl::MutexLock lock(&mu_);
    for (const auto& [id, run] : active_) {
      if (run->job_id() == job_id) runs.push_back(run);
    }
  }
  for (const std::shared_ptr<ActiveRun>& run : runs) run->control().Cancel();
  return !runs.empty();
}

absl::StatusOr<v1::JobCancelResponse> JobRunner::Cancel(const v1::JobCancelRequest& request) {
  v1::JobCancelResponse response;
  response.set_cancelled(CancelOwn(request.id()));
  if (!response.cancelled()) RETURN_IF_ERROR(SettleOthers(request.id()));
  return response;
}

absl::Status JobRunner::SettleOthers(absl::string_view job_id) {
  RETURN_IF_ERROR(parts_.jobs.Find(job_id).status());
  ASSIGN_OR_RETURN(const std::string note, parts_.locks.ReadNote(LockName(job_id)));
  if (note.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::unique_ptr<RunLock> lock, parts_.locks.TryAcquire(LockName(job_id)));
  if (lock == nullptr) {
    return absl::FailedPreconditionError(absl::StrCat(
        UnderWayError(job_id, note).message(), " at the agent that runs it: it is another process on this machine"));
  }
  // Nobody runs it: its agent has died.
  return RecordAbandoned(*lock).status();
}

absl::Status JobRunner::RecordInterrupted() {
  ASSIGN_OR_RETURN(const std::vector<std::unique_ptr<RunLock>> abandoned, parts_.locks.AcquireAbandoned());
  absl::Status result;
  for (const std::unique_ptr<RunLock>& lock : abandoned) result.Update(RecordAbandoned(*lock).status());
  return result;
}

void JobRunner::Stop() {
  std::map<std::string, std::shared_ptr<ActiveRun>> active;
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
    active = active_;
  }
  for (const auto& [id, run] : active) run->control().Cancel();
  pool_.Drain(absl::InfiniteDuration());
}

void JobRunner::Work(const std::shared_ptr<ActiveRun>& run) {
  absl::StatusOr<v1::JobExecution> execution = Perform(*run);
  // Nobody may join a run that no longer answers.
  {
    absl::MutexLock lock(&mu_);
    active_.erase(run->execution_id());
  }
  if (!execution.ok()) {
    run->Finish(execution.status());
    return;
  }
  v1::JobRunResponse response;
  *response.mutable_execution() = *std::move(execution);
  run->Finish(response);
}

absl::StatusOr<v1::JobExecution> JobRunner::Perform(ActiveRun& run) {
  if (absl::optional<v1::JobExecution> recorded = Recorded(run.execution_id())) return *std::move(recorded);
  if (run.control().cancelled()) return absl::CancelledError("the run was cancelled before it began");
  ASSIGN_OR_RETURN(const v1::Job job, parts_.jobs.Find(run.job_id()));
  ASSIGN_OR_RETURN(const std::unique_ptr<RunLock> lock, parts_.locks.TryAcquire(LockName(job.id())));
  if (lock == nullptr) {
    const absl::StatusOr<std::string> note = parts_.locks.ReadNote(LockName(job.id()));
    return UnderWayError(job.id(), note.value_or(""));
  }
  ASSIGN_OR_RETURN(absl::optional<v1::JobExecution> abandoned, RecordAbandoned(*lock));
  // Another process may have done the same request since; or it died doing it, and what it did is not known.
  if (abandoned.has_value() && abandoned->id() == run.execution_id()) return *std::move(abandoned);
  if (absl::optional<v1::JobExecution> recorded = Recorded(run.execution_id())) return *std::move(recorded);
  return PerformLocked(run, job, *lock);
}

absl::StatusOr<v1::JobExecution> JobRunner::PerformLocked(ActiveRun& run, const v1::Job& job, RunLock& lock) {
  v1::JobExecution execution = Begin(run, job, parts_.clock.Now());
  ASSIGN_OR_RETURN(const std::string note, ToJson(execution));
  RETURN_IF_ERROR(lock.WriteNote(note));
  Log(LogLevel::kInfo, "job began", {{"job", job.id()}, {"execution", execution.id()}});
  run.control().ReportState(v1::JobProgress::STATE_STARTED);

  WorkOutcome outcome = parts_.work.Do(job, execution.id(), run.control());
  execution.set_items_processed(outcome.items_processed);
  execution.set_items_deleted(outcome.items_deleted);
  if (outcome.exit_code.has_value()) execution.set_exit_code(*outcome.exit_code);
  execution.set_output_tail(std::move(outcome.output_tail));
  End(execution, parts_.clock.Now(), outcome.status);

  const absl::Status recorded = Record(execution);
  Log(LogLevel::kInfo, "job ended",
      {{"job", job.id()}, {"execution", execution.id()}, {"status", outcome.status.ToString()}});
  run.control().ReportState(FinalProgress(outcome.status));
  if (!recorded.ok()) {
    return absl::Status(recorded.code(),
                        absl::StrCat("the job ran, but its end cannot be recorded: ", recorded.message()));
  }
  // With the note the next run would take this one for cut off, and find it recorded.
  if (const absl::Status cleared = lock.WriteNote(""); !cleared.ok()) {
    Log(LogLevel::kWarning, "cannot clear the note of a run", {{"error", cleared.ToString()}});
  }
  return execution;
}

absl::optional<v1::JobExecution> JobRunner::Recorded(absl::string_view execution_id) const {
  absl::StatusOr<absl::optional<v1::JobExecution>> found = history_.Find(execution_id);
  // A history that cannot be read must not keep jobs from running; Record() deals with it.
  return found.ok() ? *std::move(found) : absl::nullopt;
}

absl::Status JobRunner::Record(const v1::JobExecution& execution) {
  WriteRequest request;
  request.request_id = absl::StrCat(execution.id(), ":record");
  // Whoever records a run says how it ended, and the first word stays: the digest is of the run alone.
  request.digest = Sha256Hex(execution.id());
  request.command = "job-run";
  request.actor.set_client("specrelay_agent");
  const auto record = [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
    RETURN_IF_ERROR(JobHistory::Append(tx, execution));
    // Damage to jobs.json shows elsewhere.
    absl::StatusOr<JobDocument> document = JobDocument::Read(tx.tree());
    if (document.ok() && document->Find(execution.job_id()).has_value()) {
      document->SetLastRun(execution.job_id(), FromProto(execution.start_time()));
      RETURN_IF_ERROR(tx.Write(kJobsFile, document->ToJson()).status());
    }
    tx.SetSummary(absl::StrCat("ran job ", execution.job_id(), execution.success() ? "" : ", which failed"));
    v1::CommandResult result;
    *result.mutable_job_run()->mutable_execution() = execution;
    return result;
  };
  absl::Status recorded;
  for (int attempt = 0; attempt < kRecordAttempts; ++attempt) {
    recorded = parts_.machine_ledger.Execute(request, record).status();
    // Each attempt has waited for the tree's lock already.
    if (!absl::IsUnavailable(recorded)) break;
  }
  return recorded;
}

absl::StatusOr<absl::optional<v1::JobExecution>> JobRunner::RecordAbandoned(RunLock& lock) {
  if (lock.note().empty()) return absl::optional<v1::JobExecution>();
  absl::optional<v1::JobExecution> execution = ParseNote(lock.note());
  if (execution.has_value()) {
    End(*execution, parts_.clock.Now(), absl::AbortedError("interrupted: the agent that ran it ended before it did"));
    RETURN_IF_ERROR(Record(*execution));
    // It may have been recorded before its agent died.
    if (absl::optional<v1::JobExecution> recorded = Recorded(execution->id())) execution = std::move(recorded);
    Log(LogLevel::kWarning, "job was interrupted", {{"job", execution->job_id()}, {"execution", execution->id()}});
  } else {
    Log(LogLevel::kWarning, "dropped an unreadable note of a run", {{"note", lock.note()}});
  }
  RETURN_IF_ERROR(lock.WriteNote(""));
  return execution;
}

}  // namespace specrelay
