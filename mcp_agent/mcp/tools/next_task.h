// Which task of a document is to be done next. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_NEXT_TASK_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_NEXT_TASK_H_

#include <vector>

#include "google/protobuf/repeated_ptr_field.h"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// Pointers into the tasks.
struct NextTask {
  const v1::Task* task = nullptr;         // nullptr when nothing can be done
  bool is_group = false;                  // its subtasks are completed, and it can be as well
  std::vector<const v1::Task*> blocked;   // what stands in the way when there is no task; empty when all are completed
  const v1::Task* same_number = nullptr;  // another task with its number, before it
};

// A task belongs to the one whose number its own continues ("2.1" to "2"), else to the nearest one before it that is
// indented less. It can be done when its subtasks are completed and nothing above it is blocked. Of those that can be
// done, one in progress goes first, then one of a group in progress, then the first in the document.
NextTask FindNextTask(const google::protobuf::RepeatedPtrField<v1::Task>& tasks);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_NEXT_TASK_H_
