// Whether the kernel has watches to give, so that changes are noticed at once. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_INOTIFY_CHECKS_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_INOTIFY_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/types/optional.h"
#include "mcp_agent/doctor/check.h"

namespace specrelay {

struct InotifyFacts {
  absl::optional<int64_t> max_watches;  // of this user, over all programs
  absl::optional<int64_t> max_instances;
  int open_error = 0;  // errno of making an instance and watching a directory; 0 when that works
};

// What the system at `limits` (/proc/sys/fs/inotify) says and does now; `directory` is watched for a moment.
InotifyFacts LookAtInotify(const std::string& limits, const std::string& directory);

// Check "inotify" for trees of `directories` in all. Pure.
Check CheckInotify(const InotifyFacts& facts, int directories);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_INOTIFY_CHECKS_H_
