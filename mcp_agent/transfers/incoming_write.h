// file-write whose content comes in parts.
#ifndef SPECRELAY_MCP_AGENT_TRANSFERS_INCOMING_WRITE_H_
#define SPECRELAY_MCP_AGENT_TRANSFERS_INCOMING_WRITE_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "mcp_agent/transfers/file_transfer.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/body_transfer.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// Takes the content in beside the tree and, once it is whole and on disk, hands it to `commit`. Nothing of a write that
// does not come so far is left.
class IncomingWrite final : public FileTransfer {
 public:
  // Makes the write take effect, on the runner.
  using Commit = std::function<absl::StatusOr<v1::CommandResult>(IncomingFile&)>;

  IncomingWrite(Setting setting, std::shared_ptr<IncomingFile> content, int64_t max_bytes, Commit commit);

 private:
  absl::Status OnStep(v1::Transfer step) override;
  absl::StatusOr<absl::optional<v1::CommandResult>> Advance() override;
  bool body_open() const override { return !receiver_.complete(); }
  void Release() override { content_ = nullptr; }

  absl::Status TakeChunk(v1::TransferChunk chunk);

  // Owned by the task that runs.
  std::shared_ptr<IncomingFile> content_;
  TransferReceiver receiver_;
  const Commit commit_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TRANSFERS_INCOMING_WRITE_H_
