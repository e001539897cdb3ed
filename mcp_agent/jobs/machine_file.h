// The JSON files in the machine's directory that jobs live in.
#ifndef SPECRELAY_MCP_AGENT_JOBS_MACHINE_FILE_H_
#define SPECRELAY_MCP_AGENT_JOBS_MACHINE_FILE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Paths in the machine's tree.
inline constexpr char kJobsFile[] = "jobs.json";
inline constexpr char kJobHistoryFile[] = "job-execution-history.json";
inline constexpr char kRunnersFile[] = "runners.json";
inline constexpr char kServedProjectsFile[] = "served-projects.json";

// FAILED_PRECONDITION for a file that cannot be used: says why and what to do.
absl::Status DamagedMachineFileError(absl::string_view path, absl::string_view why);

// The JSON in the file, or nothing when there is no file. DamagedMachineFileError when it is no JSON or nested deeper
// than any such file is. Other errors are the tree's. Thread-safe.
absl::StatusOr<absl::optional<nlohmann::ordered_json>> ReadMachineFile(const Tree& machine_tree, absl::string_view path,
                                                                       int64_t max_bytes);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_MACHINE_FILE_H_
