// What a job may be.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_RULES_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_RULES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "mcp_agent/jobs/runner_catalog.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

inline constexpr char kCleanupApprovals[] = "cleanup-approvals";
inline constexpr char kCleanupSpecs[] = "cleanup-specs";
inline constexpr char kCleanupArchivedSpecs[] = "cleanup-archived-specs";
inline constexpr char kRunAgent[] = "run-agent";

// The functions are pure; each fails with INVALID_ARGUMENT that says what is wrong and what is allowed.

// Checks a job to be created, but for what CheckJobConfig() checks.
absl::Status CheckNewJob(const v1::Job& job);
absl::Status CheckJobName(absl::string_view name);
absl::Status CheckSchedule(absl::string_view schedule);

// Also FAILED_PRECONDITION when the config names a runner that `runners` lacks.
absl::Status CheckJobConfig(absl::string_view type, const google::protobuf::Struct& config,
                            const RunnerCatalog& runners);

// `daysOld` of a cleanup.
absl::StatusOr<int> DaysOld(const google::protobuf::Struct& config);

// What a run-agent job asks for. Says nothing of whether the runner is declared.
absl::StatusOr<RunnerCall> RunnerCallOf(const google::protobuf::Struct& config);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_RULES_H_
