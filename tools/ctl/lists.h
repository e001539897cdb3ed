// `specrelay_ctl projects` and `agents`: what the key may see.
#ifndef SPECRELAY_TOOLS_CTL_LISTS_H_
#define SPECRELAY_TOOLS_CTL_LISTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// Prints the ListProjectsResponse: {"projects":[{"projectId":…},…]}. Takes no arguments.
absl::Status RunProjects(const CtlContext& context, const std::vector<std::string>& args);

// Prints the ListAgentsResponse: {"agents":[…]}, those of --project when it is given. Takes no arguments.
absl::Status RunAgents(const CtlContext& context, const std::vector<std::string>& args);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_LISTS_H_
