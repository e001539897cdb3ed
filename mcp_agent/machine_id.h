// Which machine this is.
#ifndef SPECRELAY_MCP_AGENT_MACHINE_ID_H_
#define SPECRELAY_MCP_AGENT_MACHINE_ID_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// The content of `system_file` (/etc/machine-id) when it names the machine; else an id made once and kept in
// `state_dir`/machine-id, which is created when missing. Several processes that start at once agree on it.
// FAILED_PRECONDITION when the id can neither be read nor kept. Thread-safe.
absl::StatusOr<std::string> MachineId(const std::string& system_file, const std::string& state_dir);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MACHINE_ID_H_
