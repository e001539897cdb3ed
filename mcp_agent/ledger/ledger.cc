#include "mcp_agent/ledger/ledger.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/effects.h"
#include "mcp_agent/ledger/ledger_transaction.h"
#include "mcp_agent/ledger/recorded_outcome.h"
#include "mcp_agent/ledger/tree_lock.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {
namespace {

constexpr char kAmended[] =
    "the agent was interrupted before the command took effect, and a file it changes has been edited since; nothing "
    "was done: read it again and send the change under a new request id";

// Tells that the writes of `last`, which is void, were refused. `head` is the last line before.
ledger::JournalRecord MakeAmendment(const ledger::JournalRecord& last, const ChainHead& head, absl::Time now) {
  const v1::CommandOutcome outcome = RefusedOutcome(absl::AbortedError(kAmended));
  ledger::JournalRecord record;
  record.set_amends(true);
  record.set_request_id(last.request_id());
  record.set_digest(last.digest());
  record.set_at_ms(absl::ToUnixMillis(now));
  record.set_outcome(outcome.SerializeAsString());
  *record.mutable_others() = last.others();
  for (ledger::GroupMember& other : *record.mutable_others()) other.set_outcome(record.outcome());
  AuditEntry entry;
  entry.at = now;
  entry.request_id = last.request_id();
  entry.state = v1::CommandState_Name(outcome.state()).substr(sizeof("COMMAND_STATE_") - 1);
  const auto line_count = std::count(last.audit_line().begin(), last.audit_line().end(), '\n');
  entry.summary = line_count == 1 ? absl::StrCat("line ", last.audit_sequence(), " did not take effect")
                                  : absl::StrCat("lines ", last.audit_sequence() - line_count + 1, " to ",
                                                 last.audit_sequence(), " did not take effect");
  ChainHead after;
  record.set_audit_line(FormatAuditLine(entry, head, &after));
  record.set_audit_sequence(after.seq);
  return record;
}

}  // namespace

Ledger::Ledger(Tree& tree, const Clock& clock, const JournalLimits& limits, int64_t max_audit_file_bytes)
    : tree_(tree), clock_(clock), journal_(tree, limits), audit_(tree, max_audit_file_bytes) {}

absl::Status Ledger::Recover() {
  if (const absl::Status exists = tree_.Stat("").status(); absl::IsNotFound(exists)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(Prepare(*lock));
  tree_.DiscardAbandoned(*lock);
  return audit_.Verify();
}

absl::StatusOr<v1::CommandResult> Ledger::Execute(const WriteRequest& request, Handler handler) {
  if (absl::IsNotFound(tree_.Stat("").status())) {
    Rehearsal rehearsal(tree_, request, clock_.Now());
    RETURN_IF_ERROR(handler(rehearsal).status());
  }
  WaitingWrite write(request, handler);
  if (queue_.Enter(write)) Lead(write);
  if (write.thrown != nullptr) std::rethrow_exception(write.thrown);
  return *std::move(write.answer);
}

absl::StatusOr<absl::optional<v1::CommandResult>> Ledger::FindOutcome(const WriteRequest& request) {
  using Found = absl::optional<v1::CommandResult>;
  if (absl::IsNotFound(tree_.Stat("").status())) return Found();
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(Prepare(*lock));
  ASSIGN_OR_RETURN(const absl::optional<ledger::GroupMember> known, journal_.Find(request.request_id));
  if (!known.has_value()) return Found();
  ASSIGN_OR_RETURN(v1::CommandResult result, Replay(*known, request));
  return Found(std::move(result));
}

absl::Status Ledger::Prepare(const TreeLock& lock) {
  ASSIGN_OR_RETURN(const bool foreign, journal_.CatchUp(lock, clock_.Now()));
  if (foreign) last_completed_ = false;
  if (!last_completed_) {
    RETURN_IF_ERROR(audit_.FindHead(lock));
    if (!LaterWritesWereLost()) RETURN_IF_ERROR(CompleteLast(lock));
    last_completed_ = true;
  }
  return audit_.CatchUp(lock, journal_);
}

bool Ledger::LaterWritesWereLost() const {
  const absl::optional<ledger::JournalRecord>& last = journal_.last();
  if (!last.has_value() || last->audit_sequence() == 0 || audit_.head().seq <= last->audit_sequence()) return false;
  Log(LogLevel::kError, "the journal lacks the latest writes",
      {{"last_line_in_journal", absl::StrCat(last->audit_sequence())},
       {"last_line_in_audit", absl::StrCat(audit_.head().seq)},
       {"what_to_do", "nothing, unless one of them is sent again: the audit tells what they were"}});
  return true;
}

absl::Status Ledger::CompleteLast(const TreeLock& lock) {
  if (!journal_.last().has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Resumption resumption, Resume(tree_, lock, journal_.last()->effects()));
  switch (resumption) {
    case Resumption::kNothingLeft:
      // Who wrote the audit's lines had made sure of the effects before.
      if (audit_.head().seq >= journal_.last()->audit_sequence()) return absl::OkStatus();
      return SyncEffects(tree_, lock, journal_.last()->effects());
    case Resumption::kCompleted:
      Log(LogLevel::kInfo, "completed a command that was cut off", {{"request_id", journal_.last()->request_id()}});
      return absl::OkStatus();
    case Resumption::kVoid:
      return AmendLast(lock);
  }
  return absl::OkStatus();
}

absl::Status Ledger::AmendLast(const TreeLock& lock) {
  const ledger::JournalRecord last = *journal_.last();
  Log(LogLevel::kWarning, "a command that was cut off has become void",
      {{"request_id", last.request_id()}, {"others", absl::StrCat(last.others_size())}});
  // The void record's own lines come first, and this one follows them.
  RETURN_IF_ERROR(audit_.CatchUp(lock, journal_));
  RETURN_IF_ERROR(
      journal_.Append(lock, MakeAmendment(last, audit_.head(), clock_.Now()), Journal::Durability::kPowerCut));
  // Not earlier: what is staged is what tells that the effects were never carried out.
  Abandon(tree_, lock, last.effects());
  return absl::OkStatus();
}

void Ledger::Lead(const WaitingWrite& own) {
  // Ends last, so that those who are answered find the tree's lock free.
  WriteQueue::Leadership leadership(queue_, own);
  const absl::StatusOr<std::unique_ptr<TreeLock>> lock = LockForWriting(tree_);
  if (!lock.ok()) return leadership.AnswerAll(lock.status());
  absl::MutexLock mutex_lock(&mu_);
  if (const absl::Status prepared = Prepare(**lock); !prepared.ok()) return leadership.AnswerAll(prepared);
  WriteGroup group(tree_, **lock, audit_.head());
  while (!group.full()) {
    WaitingWrite* const next = leadership.Next();
    // The second of two writes with one id is answered from the journal.
    if (next == nullptr || group.Contains(next->request.request_id) || !Decide(**lock, *next, group)) break;
    leadership.Take();
  }
  if (!group.empty()) Commit(**lock, group);
}

bool Ledger::Decide(const TreeLock& lock, WaitingWrite& write, WriteGroup& group) {
  const absl::StatusOr<absl::optional<ledger::GroupMember>> known = journal_.Find(write.request.request_id);
  if (!known.ok()) {
    write.answer = known.status();
    return true;
  }
  if (known->has_value()) {
    write.answer = Replay(**known, write.request);
    return true;
  }
  StagingTransaction transaction(tree_, lock, group.overlay(), write.request, clock_.Now());
  absl::StatusOr<v1::CommandResult> result = absl::UnknownError("the handler threw");
  try {
    result = write.handler(transaction);
  } catch (...) {
    write.thrown = std::current_exception();
  }
  if (transaction.failed_to_join()) {
    write.thrown = nullptr;
    return false;
  }
  if (write.thrown != nullptr) return true;
  if (result.ok() && !group.KeepsOrderWith(transaction.effects())) return false;
  if (result.ok()) {
    group.Add(write, transaction, *std::move(result));
  } else if (DependsOnState(result.status())) {
    group.AddRefusal(write, result.status(), transaction.now());
  } else {
    write.answer = std::move(result);
  }
  return true;
}

void Ledger::Commit(const TreeLock& lock, WriteGroup& group) {
  if (const absl::Status recorded = Record(lock, group); !recorded.ok()) {
    Log(LogLevel::kWarning, "writes not recorded", {{"reason", std::string(recorded.message())}});
    return group.AnswerFailed(recorded);
  }
  group.Release();
  if (!group.has_effects()) return group.AnswerAsDecided();
  last_completed_ = false;
  if (const absl::Status carried_out = CarryOut(tree_, lock, group.record().effects()); !carried_out.ok()) {
    return group.AnswerUnknown(carried_out);
  }
  last_completed_ = true;
  // Lines that are missing now are restored from the journal by the next write.
  if (const absl::Status audited = audit_.CatchUp(lock, journal_); !audited.ok()) {
    Log(LogLevel::kWarning, "audit lines delayed", {{"reason", std::string(audited.message())}});
  }
  group.AnswerAsDecided();
}

absl::Status Ledger::CheckStaged(const std::vector<std::string>& paths) const {
  for (const std::string& path : paths) {
    const absl::Status there = tree_.Stat(path).status();
    if (absl::IsNotFound(there)) {
      return absl::UnavailableError(absl::StrCat("something removed the temporary file '", path,
                                                 "' before it took its place; nothing was done: send the write again"));
    }
    RETURN_IF_ERROR(there);
  }
  return absl::OkStatus();
}

absl::Status Ledger::Record(const TreeLock& lock, WriteGroup& group) {
  if (!group.has_effects()) return journal_.Append(lock, group.record(), Journal::Durability::kProcessEnd);
  if (const std::vector<std::string> staged = group.StagedPaths(); !staged.empty()) {
    // CheckStaged() tells which is gone.
    if (const absl::Status rest = group.StageRest(); !absl::IsNotFound(rest)) RETURN_IF_ERROR(rest);
    RETURN_IF_ERROR(tree_.Sync(lock, staged));
    RETURN_IF_ERROR(CheckStaged(staged));
  }
  return journal_.Append(lock, group.record(), Journal::Durability::kPowerCut);
}

}  // namespace specrelay
