#include "mcp_agent/ledger/ledger_transaction.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/content_hash.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

FileStat NewFile(int64_t size_bytes, absl::Time now) {
  FileStat stat;
  stat.size_bytes = size_bytes;
  stat.created = stat.last_modified = stat.changed = now;
  return stat;
}

}  // namespace

absl::StatusOr<FileStat> Rehearsal::Write(absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckTreePath(path));
  return NewFile(static_cast<int64_t>(bytes.size()), now());
}

absl::StatusOr<FileStat> Rehearsal::WriteIncoming(absl::string_view path, IncomingFile& content) {
  RETURN_IF_ERROR(CheckTreePath(path));
  return NewFile(content.size_bytes(), now());
}

StagingTransaction::StagingTransaction(Tree& tree, const TreeLock& lock, const OverlayTree& overlay,
                                       const WriteRequest& request, absl::Time now)
    : RequestTransaction(overlay.empty() ? tree : static_cast<const Tree&>(overlay), request, now),
      target_(tree),
      lock_(lock),
      overlay_(overlay) {}

StagingTransaction::~StagingTransaction() {
  if (released_) return;
  for (const ledger::Effect& effect : effects_) {
    // The staged file of an earlier member is the group's.
    if (!effect.has_write() || overlay_.Wrote(effect.write().path())) continue;
    target_.Discard(lock_, effect.write().staged_path());
  }
}

absl::Status StagingTransaction::CheckNew(absl::string_view path) {
  if (absl::c_linear_search(paths_, path)) {
    return absl::InternalError(absl::StrCat("a command states two effects on '", path, "'; report this"));
  }
  paths_.emplace_back(path);
  return absl::OkStatus();
}

absl::Status StagingTransaction::BeAlone() {
  closes_group_ = true;
  if (overlay_.empty()) return absl::OkStatus();
  failed_to_join_ = true;
  return absl::AbortedError("the write needs a group of its own");
}

absl::StatusOr<FileStat> StagingTransaction::Write(absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckNew(path));
  const bool is_large = static_cast<int64_t>(bytes.size()) > kMaxGroupBytes;
  if (is_large || overlay_.AppendedTo(path) || overlay_.WroteAbove(path)) RETURN_IF_ERROR(BeAlone());
  const std::string after = Sha256Hex(bytes);
  ASSIGN_OR_RETURN(std::string before, ContentHash(tree(), path));
  if (before == after) return tree().Stat(path);
  ASSIGN_OR_RETURN(StagedFile staged, Stage(path, bytes));
  StateWrite(path, staged.path, std::move(before), after);
  const FileStat stat = staged.stat;
  if (!is_large) {
    contents_.push_back({std::string(path), std::string(bytes), after, std::move(staged), !overlay_.Wrote(path)});
  }
  return stat;
}

absl::StatusOr<StagedFile> StagingTransaction::Stage(absl::string_view path, absl::string_view bytes) {
  const StagedContent* const superseded = overlay_.Written(path);
  if (superseded == nullptr) return target_.Stage(lock_, path, bytes);
  StagedFile staged = superseded->staged;
  staged.stat.size_bytes = static_cast<int64_t>(bytes.size());
  staged.stat.last_modified = now();
  return staged;
}

absl::StatusOr<FileStat> StagingTransaction::WriteIncoming(absl::string_view path, IncomingFile& content) {
  RETURN_IF_ERROR(CheckNew(path));
  RETURN_IF_ERROR(BeAlone());
  std::string after = content.hash();
  ASSIGN_OR_RETURN(std::string before, ContentHash(target_, path));
  if (before == after) return target_.Stat(path);
  ASSIGN_OR_RETURN(StagedFile staged, target_.StageIncoming(lock_, path, content));
  StateWrite(path, std::move(staged.path), std::move(before), std::move(after));
  return staged.stat;
}

void StagingTransaction::StateWrite(absl::string_view path, std::string staged_path, std::string before,
                                    std::string after) {
  ledger::FileWrite& write = *effects_.Add()->mutable_write();
  write.set_path(std::string(path));
  write.set_staged_path(std::move(staged_path));
  write.set_before_hash(std::move(before));
  write.set_after_hash(std::move(after));
}

absl::Status StagingTransaction::Append(absl::string_view path, absl::string_view bytes) {
  RETURN_IF_ERROR(CheckNew(path));
  const absl::StatusOr<FileStat> stat = tree().Stat(path);
  if (!stat.ok() && !absl::IsNotFound(stat.status())) return stat.status();
  if (stat.ok() && stat->is_directory) return IsDirectoryError(path);
  // Found out when it is carried out, it would be so with every try, and no later write could happen.
  const int64_t grown_bytes = (stat.ok() ? stat->size_bytes : 0) + static_cast<int64_t>(bytes.size());
  if (grown_bytes > kDefaultMaxFileBytes) return FileTooLargeError(path, grown_bytes, kDefaultMaxFileBytes);
  // A file that is yet to be made is not there for others to see.
  if (!stat.ok() || overlay_.Wrote(path)) RETURN_IF_ERROR(BeAlone());
  ledger::FileAppend& append = *effects_.Add()->mutable_append();
  append.set_path(std::string(path));
  append.set_offset(stat.ok() ? stat->size_bytes : 0);
  append.set_content(std::string(bytes));
  return absl::OkStatus();
}

absl::Status StagingTransaction::Rename(absl::string_view from, absl::string_view to) {
  RETURN_IF_ERROR(CheckNew(from));
  RETURN_IF_ERROR(CheckNew(to));
  RETURN_IF_ERROR(BeAlone());
  RETURN_IF_ERROR(target_.Stat(from).status());
  const absl::Status there = target_.Stat(to).status();
  if (there.ok()) return AlreadyExistsAtPathError(to);
  if (!absl::IsNotFound(there)) return there;
  ledger::PathRename& rename = *effects_.Add()->mutable_rename();
  rename.set_from(std::string(from));
  rename.set_to(std::string(to));
  return absl::OkStatus();
}

absl::Status StagingTransaction::Remove(absl::string_view path) {
  RETURN_IF_ERROR(CheckNew(path));
  RETURN_IF_ERROR(BeAlone());
  ASSIGN_OR_RETURN(std::string before, ContentHash(target_, path));
  if (before.empty()) return NoSuchPathError(path);
  ledger::FileRemove& remove = *effects_.Add()->mutable_remove();
  remove.set_path(std::string(path));
  remove.set_before_hash(std::move(before));
  return absl::OkStatus();
}

std::vector<AuditEffect> StagingTransaction::AuditEffects() const {
  std::vector<AuditEffect> told;
  for (const ledger::Effect& effect : effects_) {
    AuditEffect one;
    switch (effect.kind_case()) {
      case ledger::Effect::kWrite:
        one = {AuditEffect::Op::kWrite, effect.write().path(), "", effect.write().before_hash(),
               effect.write().after_hash()};
        break;
      case ledger::Effect::kAppend:
        one = {AuditEffect::Op::kAppend, effect.append().path(), "", "", Sha256Hex(effect.append().content())};
        break;
      case ledger::Effect::kRename:
        one = {AuditEffect::Op::kRename, effect.rename().from(), effect.rename().to(), "", ""};
        break;
      case ledger::Effect::kRemove:
        one = {AuditEffect::Op::kRemove, effect.remove().path(), "", effect.remove().before_hash(), ""};
        break;
      case ledger::Effect::KIND_NOT_SET:
        continue;
    }
    told.push_back(std::move(one));
  }
  return told;
}

}  // namespace specrelay
