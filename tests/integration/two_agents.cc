#include "tests/integration/two_agents.h"

#include <signal.h>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {

absl::StatusOr<std::unique_ptr<TwoAgents>> TwoAgents::Start() {
  std::unique_ptr<TwoAgents> both(new TwoAgents);
  for (std::unique_ptr<Cluster>& cluster : both->clusters_) {
    ASSIGN_OR_RETURN(cluster, Cluster::Start());
  }
  both->project_dir_ = both->clusters_[0]->Path("project");
  both->machine_dir_ = both->clusters_[0]->Path("machine");
  for (int agent : {0, 1}) RETURN_IF_ERROR(both->Restart(agent));
  return both;
}

absl::Status TwoAgents::Kill(int agent) {
  agents_[agent]->Signal(SIGKILL);
  RETURN_IF_ERROR(agents_[agent]->Wait(kPatience).status());
  return clusters_[agent]->WaitForAgents(kProjectId, 0);
}

absl::Status TwoAgents::Restart(int agent) {
  ASSIGN_OR_RETURN(agents_[agent], clusters_[agent]->StartAgent(project_dir_, kProjectId,
                                                                {absl::StrCat("--state_dir=", machine_dir_)}));
  return absl::OkStatus();
}

}  // namespace specrelay
