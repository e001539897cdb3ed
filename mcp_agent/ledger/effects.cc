#include "mcp_agent/ledger/effects.h"

#include <limits>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/ledger/content_hash.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kSuperseded[] = "the file has been changed since";

enum class Progress {
  kPending,
  kDone,
  kSuperseded,  // somebody has changed the file since
};

absl::StatusOr<bool> Exists(const Tree& tree, absl::string_view path) {
  const absl::Status status = tree.Stat(path).status();
  if (absl::IsNotFound(status)) return false;
  RETURN_IF_ERROR(status);
  return true;
}

absl::StatusOr<Progress> ProgressOf(const Tree& tree, const ledger::FileWrite& write) {
  ASSIGN_OR_RETURN(const bool staged, Exists(tree, write.staged_path()));
  if (!staged) return Progress::kDone;
  ASSIGN_OR_RETURN(const std::string hash, ContentHash(tree, write.path()));
  return hash == write.before_hash() ? Progress::kPending : Progress::kSuperseded;
}

// What of the appended content is missing in the file: all of it, the rest of it, or nothing.
absl::StatusOr<absl::string_view> MissingPart(const Tree& tree, const ledger::FileAppend& append) {
  const absl::string_view content = append.content();
  const absl::StatusOr<std::string> present =
      tree.ReadFrom(append.path(), append.offset(), static_cast<int64_t>(content.size()));
  if (absl::IsNotFound(present.status())) return content;
  RETURN_IF_ERROR(present.status());
  // Other content in its place means that the file was rewritten meanwhile.
  return absl::StartsWith(content, *present) ? content.substr(present->size()) : content;
}

absl::StatusOr<Progress> ProgressOf(const Tree& tree, const ledger::FileAppend& append) {
  ASSIGN_OR_RETURN(const absl::string_view missing, MissingPart(tree, append));
  return missing.empty() ? Progress::kDone : Progress::kPending;
}

absl::StatusOr<Progress> ProgressOf(const Tree& tree, const ledger::PathRename& rename) {
  ASSIGN_OR_RETURN(const bool from, Exists(tree, rename.from()));
  if (!from) return Progress::kDone;
  ASSIGN_OR_RETURN(const bool to, Exists(tree, rename.to()));
  return to ? Progress::kSuperseded : Progress::kPending;
}

absl::StatusOr<Progress> ProgressOf(const Tree& tree, const ledger::FileRemove& remove) {
  ASSIGN_OR_RETURN(const std::string hash, ContentHash(tree, remove.path()));
  if (hash.empty()) return Progress::kDone;
  return hash == remove.before_hash() ? Progress::kPending : Progress::kSuperseded;
}

absl::StatusOr<Progress> ProgressOf(const Tree& tree, const ledger::Effect& effect) {
  switch (effect.kind_case()) {
    case ledger::Effect::kWrite:
      return ProgressOf(tree, effect.write());
    case ledger::Effect::kAppend:
      return ProgressOf(tree, effect.append());
    case ledger::Effect::kRename:
      return ProgressOf(tree, effect.rename());
    case ledger::Effect::kRemove:
      return ProgressOf(tree, effect.remove());
    case ledger::Effect::KIND_NOT_SET:
      break;
  }
  return absl::UnimplementedError("the journal holds an effect of a later version; update the agent");
}

absl::Status CarryOutOne(Tree& tree, const TreeLock& lock, const ledger::Effect& effect) {
  switch (effect.kind_case()) {
    case ledger::Effect::kWrite:
      return tree.Place(lock, effect.write().staged_path(), effect.write().path());
    case ledger::Effect::kAppend: {
      ASSIGN_OR_RETURN(const absl::string_view missing, MissingPart(tree, effect.append()));
      return tree.AppendLazily(lock, effect.append().path(), missing);
    }
    case ledger::Effect::kRename:
      return tree.Rename(lock, effect.rename().from(), effect.rename().to());
    case ledger::Effect::kRemove:
      return tree.Remove(lock, effect.remove().path());
    case ledger::Effect::KIND_NOT_SET:
      break;
  }
  return absl::UnimplementedError("the journal holds an effect of a later version; update the agent");
}

void AbandonOne(Tree& tree, const TreeLock& lock, const ledger::Effect& effect, absl::string_view reason) {
  if (effect.has_write()) tree.Discard(lock, effect.write().staged_path());
  Log(LogLevel::kWarning, "part of a command that a crash cut off was left out",
      {{"effect", effect.ShortDebugString().substr(0, 500)}, {"reason", std::string(reason)}});
}

// Whether another try may succeed.
bool MayPass(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || absl::IsUnavailable(status) || absl::IsInternal(status) ||
         absl::IsFailedPrecondition(status) || absl::IsUnimplemented(status);
}

}  // namespace

absl::Status CarryOut(Tree& tree, const TreeLock& lock, const Effects& effects) {
  for (const ledger::Effect& effect : effects) RETURN_IF_ERROR(CarryOutOne(tree, lock, effect));
  return SyncEffects(tree, lock, effects);
}

absl::Status SyncEffects(Tree& tree, const TreeLock& lock, const Effects& effects) {
  absl::btree_set<std::string> paths;
  for (const ledger::Effect& effect : effects) {
    if (effect.has_write()) paths.emplace(ParentPath(effect.write().path()));
    if (effect.has_append()) paths.insert(effect.append().path());
  }
  if (paths.empty()) return absl::OkStatus();
  return tree.Sync(lock, std::vector<std::string>(paths.begin(), paths.end()));
}

absl::StatusOr<Resumption> Resume(Tree& tree, const TreeLock& lock, const Effects& effects) {
  std::vector<Progress> progress;
  bool any_done = false;
  bool any_superseded = false;
  bool any_pending = false;
  for (const ledger::Effect& effect : effects) {
    ASSIGN_OR_RETURN(const Progress one, ProgressOf(tree, effect));
    progress.push_back(one);
    any_done |= one == Progress::kDone;
    any_superseded |= one == Progress::kSuperseded;
    any_pending |= one == Progress::kPending;
  }
  if (!any_superseded && !any_pending) return Resumption::kNothingLeft;
  if (any_superseded && !any_done) return Resumption::kVoid;
  for (int i = 0; i < effects.size(); ++i) {
    if (progress[static_cast<size_t>(i)] == Progress::kDone) continue;
    if (progress[static_cast<size_t>(i)] == Progress::kSuperseded) {
      AbandonOne(tree, lock, effects[i], kSuperseded);
      continue;
    }
    const absl::Status status = CarryOutOne(tree, lock, effects[i]);
    if (status.ok()) continue;
    if (MayPass(status)) return status;
    AbandonOne(tree, lock, effects[i], status.message());
  }
  RETURN_IF_ERROR(SyncEffects(tree, lock, effects));
  return Resumption::kCompleted;
}

void Abandon(Tree& tree, const TreeLock& lock, const Effects& effects) {
  for (const ledger::Effect& effect : effects) AbandonOne(tree, lock, effect, kSuperseded);
}

}  // namespace specrelay
