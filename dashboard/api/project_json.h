// Projects and their agents as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_PROJECT_JSON_H_
#define SPECRELAY_DASHBOARD_API_PROJECT_JSON_H_

#include "dashboard/api/json_values.h"
#include "specrelay/v1/project.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// An element of the list of projects. Each connected agent is an instance; its process id stays on its machine, so it
// is 0, which existing websites take for "not a process here".
Json ProjectListJson(const v1::ListProjectsResponse& projects);

Json ProjectInfoJson(const v1::ProjectInfoResponse& info);

Json AgentListJson(const v1::ListAgentsResponse& agents);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_PROJECT_JSON_H_
