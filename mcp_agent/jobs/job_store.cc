#include "mcp_agent/jobs/job_store.h"

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/cron.h"
#include "mcp_agent/jobs/job_rules.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/jobs/machine_zone.h"
#include "mcp_agent/jobs/runner_catalog.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr size_t kMaxJobs = 1000;

std::string Named(absl::string_view id) { return absl::StrCat("Job with ID ", ReplaceInvalidUtf8(id.substr(0, 200))); }

absl::Status NoSuchJob(absl::string_view id) { return absl::NotFoundError(absl::StrCat(Named(id), " not found")); }

// Only jobs that start programs ask for runners.json, so that its damage harms no other.
absl::Status CheckConfig(const Transaction& tx, absl::string_view type, const google::protobuf::Struct& config) {
  if (type != kRunAgent) return CheckJobConfig(type, config, RunnerCatalog());
  ASSIGN_OR_RETURN(const RunnerCatalog runners, RunnerCatalog::Read(tx.tree()));
  return CheckJobConfig(type, config, runners);
}

}  // namespace

JobStore::JobStore(const Tree& machine_tree, const Clock& clock, absl::TimeZone zone)
    : machine_tree_(machine_tree), clock_(clock), zone_(zone) {}

absl::StatusOr<v1::JobListResponse> JobStore::List(const v1::JobListRequest& request) const {
  ASSIGN_OR_RETURN(std::vector<StoredJob> jobs, Jobs());
  const absl::Time now = clock_.Now();
  v1::JobListResponse response;
  for (StoredJob& stored : jobs) {
    SetNextRun(stored.job, now);
    *response.add_jobs() = std::move(stored.job);
  }
  response.set_time_zone(PublicZoneName(zone_));
  return response;
}

absl::StatusOr<v1::JobGetResponse> JobStore::Get(const v1::JobGetRequest& request) const {
  absl::StatusOr<v1::Job> job = Find(request.id());
  // Clients know the command's own words for it.
  if (absl::IsNotFound(job.status())) return absl::NotFoundError("Job not found");
  if (!job.ok()) return job.status();
  v1::JobGetResponse response;
  *response.mutable_job() = *std::move(job);
  return response;
}

absl::StatusOr<v1::JobCreateResponse> JobStore::Create(Transaction& tx, const v1::JobCreateRequest& request) const {
  RETURN_IF_ERROR(CheckNewJob(request.job()));
  RETURN_IF_ERROR(CheckConfig(tx, request.job().type(), request.job().config()));
  ASSIGN_OR_RETURN(JobDocument document, JobDocument::Read(tx.tree()));
  v1::Job job = request.job();
  if (document.Find(job.id()).has_value()) {
    return absl::AlreadyExistsError(absl::StrCat(Named(job.id()), " already exists; update it, or choose another id"));
  }
  if (document.Jobs().size() >= kMaxJobs) {
    return absl::ResourceExhaustedError(absl::StrCat("there are ", kMaxJobs, " jobs already; delete some first"));
  }
  *job.mutable_created_at() = ToProto(tx.now());
  job.clear_last_run();
  document.Add(job);
  RETURN_IF_ERROR(tx.Write(kJobsFile, document.ToJson()).status());
  tx.SetSummary(absl::StrCat("created job ", job.id()));
  SetNextRun(job, tx.now());
  v1::JobCreateResponse response;
  *response.mutable_job() = std::move(job);
  return response;
}

absl::StatusOr<v1::JobUpdateResponse> JobStore::Update(Transaction& tx, const v1::JobUpdateRequest& request) const {
  if (request.has_name()) RETURN_IF_ERROR(CheckJobName(request.name()));
  if (request.has_schedule()) RETURN_IF_ERROR(CheckSchedule(request.schedule()));
  ASSIGN_OR_RETURN(JobDocument document, JobDocument::Read(tx.tree()));
  const std::string& id = request.id();
  const absl::optional<StoredJob> before = document.Find(id);
  if (!before.has_value()) return NoSuchJob(id);
  if (request.has_config()) RETURN_IF_ERROR(CheckConfig(tx, before->job.type(), request.config()));

  if (request.has_name()) document.SetName(id, request.name());
  if (request.has_enabled()) document.SetEnabled(id, request.enabled());
  if (request.has_config()) document.SetConfig(id, request.config());
  if (request.has_schedule()) document.SetSchedule(id, request.schedule());
  StoredJob after = *document.Find(id);
  if (after.job.schedule() != before->job.schedule() || after.job.enabled() != before->job.enabled()) {
    document.SetLastScheduledFor(id, tx.now());
  }
  RETURN_IF_ERROR(tx.Write(kJobsFile, document.ToJson()).status());
  tx.SetSummary(absl::StrCat("updated job ", id));
  SetNextRun(after.job, tx.now());
  v1::JobUpdateResponse response;
  *response.mutable_job() = std::move(after.job);
  return response;
}

absl::StatusOr<v1::JobDeleteResponse> JobStore::Delete(Transaction& tx, const v1::JobDeleteRequest& request) const {
  ASSIGN_OR_RETURN(JobDocument document, JobDocument::Read(tx.tree()));
  if (!document.Find(request.id()).has_value()) return NoSuchJob(request.id());
  document.Remove(request.id());
  RETURN_IF_ERROR(tx.Write(kJobsFile, document.ToJson()).status());
  tx.SetSummary(absl::StrCat("deleted job ", request.id()));
  return v1::JobDeleteResponse();
}

absl::StatusOr<v1::Job> JobStore::Find(absl::string_view id) const {
  ASSIGN_OR_RETURN(const JobDocument document, JobDocument::Read(machine_tree_));
  absl::optional<StoredJob> stored = document.Find(id);
  if (!stored.has_value()) return NoSuchJob(id);
  SetNextRun(stored->job, clock_.Now());
  return std::move(stored->job);
}

absl::StatusOr<std::vector<StoredJob>> JobStore::Jobs() const {
  ASSIGN_OR_RETURN(const JobDocument document, JobDocument::Read(machine_tree_));
  return document.Jobs();
}

void JobStore::ReportDamage() const {
  const absl::StatusOr<JobDocument> document = JobDocument::Read(machine_tree_);
  if (!document.ok()) {
    Log(LogLevel::kError, "jobs cannot be read", {{"reason", std::string(document.status().message())}});
  } else if (document->entries_left_out() > 0) {
    Log(LogLevel::kWarning, "entries of jobs.json left out",
        {{"count", absl::StrCat(document->entries_left_out())},
         {"what_to_do", "give each an id of its own in the machine's directory; they are kept as they are"}});
  }
}

void JobStore::SetNextRun(v1::Job& job, absl::Time now) const {
  job.clear_next_run();
  if (!job.enabled()) return;
  const absl::StatusOr<CronSchedule> schedule = CronSchedule::Parse(job.schedule());
  if (!schedule.ok()) return;
  if (const absl::optional<absl::Time> next = schedule->NextRun(now, zone_)) *job.mutable_next_run() = ToProto(*next);
}

}  // namespace specrelay
