// The projects that agents on this machine serve: served-projects.json.
#ifndef SPECRELAY_MCP_AGENT_JOBS_PROJECT_REGISTRY_H_
#define SPECRELAY_MCP_AGENT_JOBS_PROJECT_REGISTRY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"

namespace specrelay {

// `{"projects":[{"path":…,"lastServed":…}]}`. Holds 1,000 projects at most and forgets those that were not served for
// 180 days. Thread-safe; everything must outlive it. FAILED_PRECONDITION while the file is damaged.
class ProjectRegistry {
 public:
  ProjectRegistry(const Tree& machine_tree, WriteLedger& machine_ledger, const Clock& clock)
      : machine_tree_(machine_tree), machine_ledger_(machine_ledger), clock_(clock) {}

  // Notes that the project at the absolute `path` is served now. Writes once an hour at most.
  absl::Status Touch(absl::string_view path);

  // The paths, the latest served first.
  absl::StatusOr<std::vector<std::string>> Paths() const;

 private:
  const Tree& machine_tree_;
  WriteLedger& machine_ledger_;
  const Clock& clock_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_PROJECT_REGISTRY_H_
