// The commands on plain files.
#ifndef SPECRELAY_MCP_AGENT_COMMANDS_FILE_COMMANDS_H_
#define SPECRELAY_MCP_AGENT_COMMANDS_FILE_COMMANDS_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/file.pb.h"

namespace specrelay {

// One method for each command. Thread-safe; does not own what it is given. Errors besides the tree's: INVALID_ARGUMENT
// and PERMISSION_DENIED for a path that remote people may not name, PERMISSION_DENIED where the policy forbids.
class FileCommands {
 public:
  // `project` reads the project's own directory; nullptr when the agent cannot.
  FileCommands(const Tree& tree, const Tree* project, const EnforcedPolicy& policy);

  absl::StatusOr<v1::FileReadResponse> Read(const v1::FileReadRequest& request) const;
  absl::StatusOr<v1::FileWriteResponse> Write(Transaction& transaction, const v1::FileWriteRequest& request) const;

  // The same for content that comes in parts. Reading: opens the file, of at most `max_bytes`. Writing: CheckWrite()
  // says before the content comes whether it may, WriteIncoming() takes it.
  absl::StatusOr<std::unique_ptr<OpenFile>> OpenToRead(const v1::FileReadRequest& request, int64_t max_bytes) const;
  absl::Status CheckWrite(const v1::FileWriteRequest& request) const;
  absl::StatusOr<v1::FileWriteResponse> WriteIncoming(Transaction& transaction, const v1::FileWriteRequest& request,
                                                      IncomingFile& content) const;

 private:
  // The root that the request names, when the policy lets the path be read there.
  absl::StatusOr<const Tree*> RootToRead(const v1::FileReadRequest& request) const;

  const Tree& tree_;
  const Tree* const project_;
  const EnforcedPolicy& policy_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_COMMANDS_FILE_COMMANDS_H_
