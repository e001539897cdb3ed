// What one write command does to a tree: all of it or nothing, and once, whatever breaks in between.
//
// A command's handler reads through the transaction and states its effects; none of them happens before the handler has
// succeeded. Then the transaction commits: contents are staged in temporary files and synced, one journal record with
// the effects and the command's outcome is appended and synced (from here on the command has happened), the effects are
// carried out, the caller is answered. Whoever takes the tree's lock next completes what a crash left half done. The
// record makes the same request id get the same outcome later.
#ifndef SPECRELAY_MCP_AGENT_TRANSACTION_H_
#define SPECRELAY_MCP_AGENT_TRANSACTION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// Exists while a handler runs, which holds the tree's writer lock all that time. Used by the handler's thread only.
//
// The methods that state effects fail like the tree's methods of the same name, as far as that can be known before the
// effect happens, so that a handler can report it. Effects happen in the order stated.
class Transaction {
 public:
  virtual ~Transaction() = default;

  // The tree as it was when the transaction began: the handler's own effects are not visible.
  virtual const Tree& tree() const = 0;

  // Replaces or creates a file. The result describes the file as it will be.
  virtual absl::StatusOr<FileStat> Write(absl::string_view path, absl::string_view bytes) = 0;

  // Moves a file or directory; ALREADY_EXISTS when `to` exists.
  virtual absl::Status Rename(absl::string_view from, absl::string_view to) = 0;

  // Removes a regular file or an empty directory.
  virtual absl::Status Remove(absl::string_view path) = 0;

  // Appends to a file.
  virtual absl::Status Append(absl::string_view path, absl::string_view bytes) = 0;

  // The command's idempotency key, and who sent it.
  virtual absl::string_view request_id() const = 0;
  virtual const v1::Actor& actor() const = 0;

  // When the command is executed: the time that its effects bear.
  virtual absl::Time now() const = 0;

  // An id for something that this command creates, the same whenever the command is executed anew: `prefix` and 24
  // characters made from the request id and `what`, which tells several creations of one command apart.
  std::string DerivedId(absl::string_view prefix, absl::string_view what = "") const;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TRANSACTION_H_
