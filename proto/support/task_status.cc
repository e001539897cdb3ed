#include "proto/support/task_status.h"

namespace specrelay {

absl::string_view TaskStatusName(v1::TaskStatus status) {
  switch (status) {
    case v1::TASK_STATUS_PENDING:
      return "pending";
    case v1::TASK_STATUS_IN_PROGRESS:
      return "in-progress";
    case v1::TASK_STATUS_COMPLETED:
      return "completed";
    case v1::TASK_STATUS_BLOCKED:
      return "blocked";
    default:
      return "";
  }
}

v1::TaskStatus TaskStatusFromName(absl::string_view name) {
  for (const v1::TaskStatus status :
       {v1::TASK_STATUS_PENDING, v1::TASK_STATUS_IN_PROGRESS, v1::TASK_STATUS_COMPLETED, v1::TASK_STATUS_BLOCKED}) {
    if (name == TaskStatusName(status)) return status;
  }
  return v1::TASK_STATUS_UNSPECIFIED;
}

}  // namespace specrelay
