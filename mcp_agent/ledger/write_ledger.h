// Makes each write happen once, whole, and on the record.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_WRITE_LEDGER_H_
#define SPECRELAY_MCP_AGENT_LEDGER_WRITE_LEDGER_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/transaction.h"
#include "specrelay/v1/approval.pb.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// A write as it came.
struct WriteRequest {
  std::string request_id;     // idempotency key
  std::string digest;         // of what is to be done; the same key with another digest is refused
  absl::string_view command;  // name, for the audit
  v1::Actor actor;            // who asked
};

// Interface, so that handlers of several writes can be tested alone. Implementations are thread-safe.
class WriteLedger {
 public:
  using Handler = absl::FunctionRef<absl::StatusOr<v1::CommandResult>(Transaction&)>;

  virtual ~WriteLedger() = default;

  // Runs `handler` under the tree's writer lock and carries its effects out, durably when this returns OK. The handler
  // may run on the thread of another caller, who waits at the same time: it must not take a mutex that a caller may
  // hold. What it throws comes out here. A request id that is known already is answered as it was the first time,
  // without running the handler; INVALID_ARGUMENT when its digest differs. Errors are the handler's and the tree's;
  // UNAVAILABLE when the lock cannot be had in 10 s.
  virtual absl::StatusOr<v1::CommandResult> Execute(const WriteRequest& request, Handler handler) = 0;

  // What Execute() would answer without running a handler, because the request id is known; nothing when it is not. For
  // those to whom it is costly to begin.
  virtual absl::StatusOr<absl::optional<v1::CommandResult>> FindOutcome(const WriteRequest& request) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_WRITE_LEDGER_H_
