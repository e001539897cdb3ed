// The names of task states in documents for people and in JSON: "pending", "in-progress", "completed", "blocked".
// Thread-safe.
#ifndef SPECRELAY_PROTO_SUPPORT_TASK_STATUS_H_
#define SPECRELAY_PROTO_SUPPORT_TASK_STATUS_H_

#include "absl/strings/string_view.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// The name of `status`; empty for TASK_STATUS_UNSPECIFIED and unknown values.
absl::string_view TaskStatusName(v1::TaskStatus status);

// The status of that name, which is exact; TASK_STATUS_UNSPECIFIED when there is none.
v1::TaskStatus TaskStatusFromName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_TASK_STATUS_H_
