// On which file systems inotify tells of everybody's changes.
#ifndef SPECRELAY_MCP_AGENT_WATCH_REPORTING_FILE_SYSTEM_H_
#define SPECRELAY_MCP_AGENT_WATCH_REPORTING_FILE_SYSTEM_H_

#include <cstdint>

namespace specrelay {

// Whether a file system of this type, as statfs() names it, changes only through this kernel. A network file system
// changes on other machines and says nothing; what is not known to be local counts as one. Thread-safe.
bool ReportsAllChanges(uint64_t file_system_type);

// The same of the file system that `fd` is on.
bool IsOnReportingFileSystem(int fd);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_REPORTING_FILE_SYSTEM_H_
