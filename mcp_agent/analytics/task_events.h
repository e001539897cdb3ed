// The history of tasks: `analytics/task-events.jsonl`, one line for each transition. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENTS_H_
#define SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

inline constexpr char kTaskEventsPath[] = "analytics/task-events.jsonl";

// A task became another status.
struct TaskEvent {
  absl::Time time;
  std::string spec_name;
  std::string task_id;
  v1::TaskStatus previous = v1::TASK_STATUS_UNSPECIFIED;
  v1::TaskStatus next = v1::TASK_STATUS_UNSPECIFIED;
  v1::TaskSummary summary_after;  // total, completed and pending count
  std::string version;            // hash of the tasks document afterwards; empty in what other tools wrote
};

// The event as a line with its line feed.
std::string FormatTaskEvent(const TaskEvent& event);

// The event in a line; nothing when it is none. Only the previous status and the version may be missing.
absl::optional<TaskEvent> ParseTaskEvent(absl::string_view line);

// States one append with all of `events`, if any. Repairs the torn line that a crash may have left at the end.
absl::Status AppendTaskEvents(Transaction& transaction, const std::vector<TaskEvent>& events);

// Calls `take` with each event in the order of the file, in memory that does not depend on the file's size. Returns the
// number of lines that are no events; nothing at all when there is no file. Errors are the tree's.
absl::StatusOr<int64_t> ForEachTaskEvent(const Tree& tree, absl::FunctionRef<void(const TaskEvent&)> take);

// The version in the last event of `spec_name` among the last 256 KiB; empty when there is none.
absl::StatusOr<std::string> LastRecordedVersion(const Tree& tree, absl::string_view spec_name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ANALYTICS_TASK_EVENTS_H_
