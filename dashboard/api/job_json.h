// Jobs as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_JOB_JSON_H_
#define SPECRELAY_DASHBOARD_API_JOB_JSON_H_

#include "absl/status/statusor.h"
#include "dashboard/api/json_values.h"
#include "dashboard/api/request_body.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// Without the next run, which the contract does not have; the command job-get tells it.
Json JobJson(const v1::Job& job);

Json JobListJson(const v1::JobListResponse& jobs);

// The outcome of a run that a person asked for.
Json JobRunJson(const v1::JobExecution& execution);

// Past runs: the same and more, as `id`, `jobType` and a runner's exit code and output.
Json JobHistoryJson(const v1::JobHistoryResponse& history);

Json JobStatsJson(const v1::JobStatsResponse& stats);

// A job to create. INVALID_ARGUMENT names the required fields when one is missing.
absl::StatusOr<v1::Job> JobFromBody(const RequestBody& body);

// Changes of the job `id`.
absl::StatusOr<v1::JobUpdateRequest> JobUpdateFromBody(const RequestBody& body, absl::string_view id);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_JOB_JSON_H_
