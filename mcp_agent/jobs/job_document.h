// The file jobs.json: `{"automationJobs":[…]}`.
//
// Besides the keys of existing tools the agent writes `lastScheduledFor`: the time of the schedule up to which every
// run has been started or skipped. Keys that nobody knows stay where they are, and so do entries that are no jobs.
#ifndef SPECRELAY_MCP_AGENT_JOBS_JOB_DOCUMENT_H_
#define SPECRELAY_MCP_AGENT_JOBS_JOB_DOCUMENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

struct StoredJob {
  v1::Job job;  // without next_run, which is not stored
  absl::optional<absl::Time> last_scheduled_for;
};

// A value: the file's JSON. Not thread-safe.
class JobDocument {
 public:
  // Reads jobs.json; an absent file has no jobs. FAILED_PRECONDITION that names the file when it is damaged: somebody's
  // jobs can still be saved from it, so nothing is written over it.
  static absl::StatusOr<JobDocument> Read(const Tree& machine_tree);

  // In the order of the file. When two entries have one id, the first counts.
  std::vector<StoredJob> Jobs() const;
  // Entries that are not among these: they have no id, or one that was there before.
  int entries_left_out() const;
  absl::optional<StoredJob> Find(absl::string_view id) const;

  void Add(const v1::Job& job);
  // The setters and Remove() are for a job that Find() finds.
  void SetName(absl::string_view id, absl::string_view name);
  void SetEnabled(absl::string_view id, bool enabled);
  void SetConfig(absl::string_view id, const google::protobuf::Struct& config);
  void SetSchedule(absl::string_view id, absl::string_view schedule);
  void SetLastRun(absl::string_view id, absl::Time time);
  void SetLastScheduledFor(absl::string_view id, absl::Time time);
  void Remove(absl::string_view id);

  std::string ToJson() const;

 private:
  using Json = nlohmann::ordered_json;

  explicit JobDocument(Json json) : json_(std::move(json)) {}
  Json& entries() { return json_["automationJobs"]; }
  const Json& entries() const;
  Json* Entry(absl::string_view id);

  Json json_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_JOB_DOCUMENT_H_
