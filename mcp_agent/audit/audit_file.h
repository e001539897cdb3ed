// Verifying the record of a tree on disk, with no agent at hand.
#ifndef SPECRELAY_MCP_AGENT_AUDIT_AUDIT_FILE_H_
#define SPECRELAY_MCP_AGENT_AUDIT_AUDIT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/audit/audit_verifier.h"

namespace specrelay {

// Verifies the `audit.jsonl` of the tree `tree`, a path beneath `directory` or "" for that itself, and the parts of it
// put aside. `directory` may be reached by symbolic links; nothing beneath it may, and only regular files are read.
// Reads in pieces and takes no lock, so an agent may go on writing meanwhile: a line that is not finished is waited for
// a moment. Errors are those of Tree::Read(), but there is no limit to the size. Thread-safe.
absl::StatusOr<AuditReport> VerifyAudit(const std::string& directory, absl::string_view tree);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AUDIT_AUDIT_FILE_H_
