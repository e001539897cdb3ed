// Which file systems depend on this machine alone.
#ifndef SPECRELAY_MCP_AGENT_TREE_LOCAL_FILE_SYSTEM_H_
#define SPECRELAY_MCP_AGENT_TREE_LOCAL_FILE_SYSTEM_H_

#include <cstdint>
#include <string>

namespace specrelay {

// Whether a file system of this type, as statfs() names it, changes only through this kernel, which tells of it, and
// makes nobody wait for another machine or program. What is not known to be so counts as not. Thread-safe.
bool IsLocalFileSystem(uint64_t file_system_type);

// The same of the file system that `fd` is on; that `path` is on, or would be if it were made now.
bool IsOnLocalFileSystem(int fd);
bool IsOnLocalFileSystem(std::string path);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_LOCAL_FILE_SYSTEM_H_
