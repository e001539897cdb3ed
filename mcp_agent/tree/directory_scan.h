// Going through the entries of an open directory.
#ifndef SPECRELAY_MCP_AGENT_TREE_DIRECTORY_SCAN_H_
#define SPECRELAY_MCP_AGENT_TREE_DIRECTORY_SCAN_H_

#include <string>
#include <vector>

#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// Entries of one directory above which it is not listed.
constexpr size_t kMaxDirectoryEntries = 100'000;

struct RawDirectoryEntry {
  std::string name;
  bool is_directory = false;
  bool is_regular_file = false;
};

// Appends the entries of `directory`, a descriptor open for reading, in no order and without "." and ".."; symbolic
// links are neither directory nor regular file. 0 or an errno value; EOVERFLOW for more entries than the limit.
int ScanDirectory(UniqueFd directory, std::vector<RawDirectoryEntry>& entries);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_DIRECTORY_SCAN_H_
