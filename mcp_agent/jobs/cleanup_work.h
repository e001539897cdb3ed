// Jobs that take away what is old, in each project that agents on this machine serve.
#ifndef SPECRELAY_MCP_AGENT_JOBS_CLEANUP_WORK_H_
#define SPECRELAY_MCP_AGENT_JOBS_CLEANUP_WORK_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/jobs/job_work.h"
#include "mcp_agent/jobs/project_registry.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// A project's tree, for as long as `owner` is kept.
struct OpenProject {
  Tree* tree = nullptr;
  WriteLedger* ledger = nullptr;
  bool read_only = false;  // its owner's policy forbids writes
  std::shared_ptr<void> owner;
};

// NOT_FOUND or FAILED_PRECONDITION when the project is not there now.
using ProjectOpener = std::function<absl::StatusOr<OpenProject>(absl::string_view path)>;

// By the job's type, with `daysOld` of its config:
//   cleanup-approvals       moves decided approvals to the trash: decided (or without that, made) longer ago
//   cleanup-specs           moves specs to the archive whose documents were all last changed longer ago
//   cleanup-archived-specs  moves such archived specs to the trash
// A pending approval is never touched. Each item is a write of its own, checked again under the tree's lock. Then what
// lay in the trash for over 7 days is removed. Processed is what was looked at, deleted what was moved. What cannot be
// read or moved is left, named in the status, and keeps nothing else from being done; so do projects that cannot be
// written. Projects that are not there are passed over.
class CleanupWork final : public JobWork {
 public:
  CleanupWork(const ProjectRegistry& projects, ProjectOpener open, const Clock& clock)
      : projects_(projects), open_(std::move(open)), clock_(clock) {}

  WorkOutcome Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) override;

 private:
  const ProjectRegistry& projects_;
  const ProjectOpener open_;
  const Clock& clock_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_CLEANUP_WORK_H_
