// Tasks as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_TASK_JSON_H_
#define SPECRELAY_DASHBOARD_API_TASK_JSON_H_

#include <string>

#include "dashboard/api/json_writer.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// What a task does not have is absent. The recorded contract has no blocked task; such a one has the status "blocked",
// is neither completed nor in progress, and has `blockedReason` when a reason is stated.
void WriteTask(const v1::Task& task, JsonWriter& json);

// JSON text. `inProgress` is the id of the first task in progress, or null.
std::string TaskProgressJson(const v1::TaskProgressResponse& progress);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_TASK_JSON_H_
