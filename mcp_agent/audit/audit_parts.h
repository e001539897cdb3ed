// How the record of a tree is divided: an `audit.jsonl` that has grown large is put aside under a name with the number
// of its last line, as `audit.jsonl.0000000000012345`, and the chain goes on in a new file. All functions are pure.
#ifndef SPECRELAY_MCP_AGENT_AUDIT_AUDIT_PARTS_H_
#define SPECRELAY_MCP_AGENT_AUDIT_AUDIT_PARTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

inline constexpr char kAuditFile[] = "audit.jsonl";

// Whether a file in the root of a tree belongs to the record: the file, a part put aside, or a damaged copy.
bool IsAuditFile(absl::string_view path);

// The name of the part that ends with that line.
std::string AuditPartName(int64_t last_seq);

// The names of the parts put aside that are among `entries`, oldest first.
std::vector<std::string> AuditParts(const std::vector<DirectoryEntry>& entries);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AUDIT_AUDIT_PARTS_H_
