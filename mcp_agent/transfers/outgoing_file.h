// file-read whose content goes in parts.
#ifndef SPECRELAY_MCP_AGENT_TRANSFERS_OUTGOING_FILE_H_
#define SPECRELAY_MCP_AGENT_TRANSFERS_OUTGOING_FILE_H_

#include <memory>
#include <string>

#include "mcp_agent/transfers/file_transfer.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/body_transfer.h"

namespace specrelay {

// Reads as far as the relay lets it send. A file that is changed in place meanwhile is ABORTED.
class OutgoingFile final : public FileTransfer {
 public:
  OutgoingFile(Setting setting, std::string path, std::shared_ptr<OpenFile> file);

 private:
  absl::Status OnStep(v1::Transfer step) override;
  absl::StatusOr<absl::optional<v1::CommandResult>> Advance() override;
  bool body_open() const override { return !ended_; }
  void Release() override { file_ = nullptr; }

  v1::CommandResult Answer() const;

  // Owned by the task that runs.
  const std::string path_;
  std::shared_ptr<OpenFile> file_;
  TransferSender sender_;
  bool ended_ = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TRANSFERS_OUTGOING_FILE_H_
