// Tasks in answers of tools. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_SHAPES_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_SHAPES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/tools/schema.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// "pending", "in-progress", "completed", "blocked".
Json TaskStatusSchema(absl::string_view description = "");

// With all that the document says of the task.
Json TaskSchema();
Json TaskJson(const v1::Task& task);
std::string DescribeTask(const v1::Task& task);

// Number, description and reason of tasks that are blocked.
Json BlockedTasksSchema();
Json BlockedTasksJson(const std::vector<const v1::Task*>& tasks);
std::string DescribeBlockedTasks(const std::vector<const v1::Task*>& tasks);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_TASK_SHAPES_H_
