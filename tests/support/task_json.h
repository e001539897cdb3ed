// The JSON shape in which the recorded task vectors say what a tasks document holds. Thread-safe.
#ifndef SPECRELAY_TESTS_SUPPORT_TASK_JSON_H_
#define SPECRELAY_TESTS_SUPPORT_TASK_JSON_H_

#include "nlohmann/json.hpp"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// {"id", "description", "status", …}; details that the task does not have are left out.
nlohmann::json TaskToJson(const v1::Task& task);

// {"tasks": […], "inProgressTask": id or null, "summary": {…}}.
nlohmann::json TaskProgressToJson(const v1::TaskProgressResponse& progress);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_TASK_JSON_H_
