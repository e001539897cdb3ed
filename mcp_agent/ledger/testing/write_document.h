// A write like any other, for tests of what happens around it.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TESTING_WRITE_DOCUMENT_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TESTING_WRITE_DOCUMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {

// Writes `content`, which is the request's id too, to the file "doc".
inline absl::Status WriteDocument(WriteLedger& ledger, const std::string& content) {
  WriteRequest request;
  request.request_id = content;
  request.digest = Sha256(content);
  request.command = "test";
  const auto handler = [&](Transaction& transaction) -> absl::StatusOr<v1::CommandResult> {
    RETURN_IF_ERROR(transaction.Write("doc", content).status());
    return v1::CommandResult();
  };
  return ledger.Execute(request, handler).status();
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TESTING_WRITE_DOCUMENT_H_
