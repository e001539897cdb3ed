#include "mcp_agent/commands/quick_reads.h"

namespace specrelay {

bool IsQuickRead(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecList:
    case v1::Command::kSpecRead:
    case v1::Command::kSpecArchivedList:
    case v1::Command::kSpecArchivedRead:
    case v1::Command::kTaskProgress:
    case v1::Command::kSteeringRead:
    case v1::Command::kSteeringStatus:
    case v1::Command::kFileRead:
      return true;
    default:
      return false;
  }
}

}  // namespace specrelay
