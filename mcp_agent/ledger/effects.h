// Carrying out the effects of a journalled write, the first time and after a crash.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_EFFECTS_H_
#define SPECRELAY_MCP_AGENT_LEDGER_EFFECTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "journal_record.pb.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

using Effects = google::protobuf::RepeatedPtrField<ledger::Effect>;

// Carries out `effects` in order, durably: one wait for the disk for all files that are written or appended to. The
// caller has just journalled them, and holds the lock since before it looked at what they change.
absl::Status CarryOut(Tree& tree, const TreeLock& lock, const Effects& effects);

// Waits until effects that have been carried out, perhaps by a process that died meanwhile, are on disk.
absl::Status SyncEffects(Tree& tree, const TreeLock& lock, const Effects& effects);

enum class Resumption {
  kNothingLeft,  // all effects had been carried out
  kCompleted,    // the rest has been carried out now
  kVoid,         // none had been, and somebody has changed a file since: nothing was done, and nothing must be
};

// Finds out how far a process came with `effects` before it died, and completes them. An effect whose file somebody has
// changed meanwhile is left out: their change is the later one. What cannot be carried out for a reason that will not
// go away is left out too and logged; other failures are returned, for another try.
// After kVoid everything is still as it was, so that another try finds it void again.
absl::StatusOr<Resumption> Resume(Tree& tree, const TreeLock& lock, const Effects& effects);

// Gives up effects that are void, once the journal says that they are.
void Abandon(Tree& tree, const TreeLock& lock, const Effects& effects);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_EFFECTS_H_
