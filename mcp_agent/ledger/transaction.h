// What a command does to a tree, stated before it is done.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TRANSACTION_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TRANSACTION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// A handler reads `tree()`, decides, and states effects; when it returns OK they take effect together and in the order
// stated, and when it fails none does. It must not have effects of its own, and it may be called more than once: as a
// rehearsal without the lock when the tree does not exist yet, so that a refused command leaves nothing behind, and
// again when it turns out that its effects cannot be carried out together with those of others.
//
// Stated effects are not seen through `tree()`: a handler states at most one effect for a path. Lives for one call of a
// handler; not thread-safe.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // The tree under the writer lock, hence unchanged by others who honour it, with the effects of those who came before.
  virtual const Tree& tree() const = 0;

  // Who asked for it.
  virtual const v1::Actor& actor() const = 0;

  // The time of the command; the same during the whole call.
  virtual absl::Time now() const = 0;

  // Idempotency key of the command.
  virtual absl::string_view request_id() const = 0;

  // Replaces or creates a file. The result describes it as it will be. Errors are Tree::Write's.
  virtual absl::StatusOr<FileStat> Write(absl::string_view path, absl::string_view bytes) = 0;

  // The same with content that has come in parts (Tree::OpenIncoming) and has been synced.
  virtual absl::StatusOr<FileStat> WriteIncoming(absl::string_view path, IncomingFile& content) = 0;

  // Appends to a file that only ever grows, creating it when missing.
  virtual absl::Status Append(absl::string_view path, absl::string_view bytes) = 0;

  // Moves a file or directory. ALREADY_EXISTS when `to` exists, NOT_FOUND when `from` does not.
  virtual absl::Status Rename(absl::string_view from, absl::string_view to) = 0;

  // Removes a regular file. NOT_FOUND when there is none.
  virtual absl::Status Remove(absl::string_view path) = 0;

  // What the audit says about the command beside its effects, in a few words: "approved approval_17".
  virtual void SetSummary(absl::string_view summary) = 0;

  // An id for what the command creates: `prefix` and 24 hexadecimal digits made from the request id and `what`. The
  // same command gets the same id however often it is tried.
  std::string DerivedId(absl::string_view prefix, absl::string_view what) const;
};

// DerivedId() for who knows only the request id.
std::string DeriveId(absl::string_view request_id, absl::string_view prefix, absl::string_view what);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TRANSACTION_H_
