#include "mcp_agent/ledger/ledger.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/tree_lock.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {
namespace {

// Largest outcome that the journal keeps whole.
constexpr size_t kMaxOutcomeBytes = size_t{1} << 20;

// Whether a refusal was decided by the state of the tree. The others are the same at every try, or may be lifted.
bool DependsOnState(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAborted:
      return true;
    default:
      return false;
  }
}

// The outcome as the journal keeps it: without bulky content, which a client can read anew.
std::string StoredOutcome(v1::CommandOutcome outcome) {
  if (outcome.ByteSizeLong() > kMaxOutcomeBytes) {
    if (outcome.error().has_conflict()) {
      outcome.mutable_error()->mutable_conflict()->clear_current_content();
      outcome.mutable_error()->mutable_conflict()->set_content_omitted(true);
    }
    if (outcome.result().has_approval_snapshot()) {
      outcome.mutable_result()->mutable_approval_snapshot()->mutable_snapshot()->clear_content();
    }
  }
  return outcome.SerializeAsString();
}

v1::CommandOutcome RefusedOutcome(const absl::Status& status) {
  v1::CommandOutcome outcome;
  outcome.set_state(FinalState(status));
  *outcome.mutable_error() = ToCommandError(status);
  return outcome;
}

absl::StatusOr<v1::CommandResult> Replay(const ledger::JournalRecord& record, const WriteRequest& request) {
  if (record.digest() != request.digest) {
    return absl::InvalidArgumentError(
        absl::StrCat("the request id '", request.request_id,
                     "' was used for another command before; nothing was done: send this one under a new request id"));
  }
  v1::CommandOutcome outcome;
  if (!outcome.ParseFromString(record.outcome())) {
    return absl::DataLossError("the stored outcome of this request cannot be read; look at what it was about");
  }
  if (outcome.has_error()) return FromCommandError(outcome.error());
  return std::move(*outcome.mutable_result());
}

ledger::JournalRecord NewRecord(const WriteRequest& request, absl::Time now, const v1::CommandOutcome& outcome) {
  ledger::JournalRecord record;
  record.set_request_id(request.request_id);
  record.set_digest(request.digest);
  record.set_at_ms(absl::ToUnixMillis(now));
  record.set_outcome(StoredOutcome(outcome));
  return record;
}

void AddAuditLine(AuditEntry entry, const ChainHead& before, ledger::JournalRecord& record) {
  ChainHead after;
  record.set_audit_line(FormatAuditLine(entry, before, &after));
  record.set_audit_sequence(after.seq);
}

}  // namespace

Ledger::Ledger(Tree& tree, const Clock& clock, const JournalLimits& limits)
    : tree_(tree), clock_(clock), journal_(tree, limits), audit_(tree) {}

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
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(Prepare(*lock));
  ASSIGN_OR_RETURN(const absl::optional<ledger::JournalRecord> known, journal_.Find(request.request_id));
  if (known.has_value()) return Replay(*known, request);
  return Run(*lock, request, handler);
}

absl::StatusOr<absl::optional<v1::CommandResult>> Ledger::FindOutcome(const WriteRequest& request) {
  using Found = absl::optional<v1::CommandResult>;
  if (absl::IsNotFound(tree_.Stat("").status())) return Found();
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  absl::MutexLock mutex_lock(&mu_);
  RETURN_IF_ERROR(Prepare(*lock));
  ASSIGN_OR_RETURN(const absl::optional<ledger::JournalRecord> record, journal_.Find(request.request_id));
  if (!record.has_value()) return Found();
  ASSIGN_OR_RETURN(v1::CommandResult result, Replay(*record, request));
  return Found(std::move(result));
}

absl::Status Ledger::Prepare(const TreeLock& lock) {
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const bool foreign, journal_.CatchUp(lock, now));
  if (foreign) last_completed_ = false;
  if (!last_completed_) {
    RETURN_IF_ERROR(audit_.FindHead(lock, now));
    if (!LaterWritesWereLost()) RETURN_IF_ERROR(CompleteLast(lock));
    last_completed_ = true;
  }
  return audit_.CatchUp(lock, journal_, now);
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
      return absl::OkStatus();
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
  Log(LogLevel::kWarning, "a command that was cut off has become void", {{"request_id", last.request_id()}});
  v1::CommandOutcome outcome = RefusedOutcome(absl::AbortedError(
      "the agent was interrupted before the command took effect, and a file it changes has been edited since; nothing "
      "was done: read it again and send the change under a new request id"));
  WriteRequest request;
  request.request_id = last.request_id();
  request.digest = last.digest();
  // The void record's own line comes first, and this one follows it.
  RETURN_IF_ERROR(audit_.CatchUp(lock, journal_, clock_.Now()));
  ledger::JournalRecord record = NewRecord(request, clock_.Now(), outcome);
  record.set_amends(true);
  AuditEntry entry;
  entry.at = clock_.Now();
  entry.request_id = last.request_id();
  entry.state = v1::CommandState_Name(outcome.state()).substr(sizeof("COMMAND_STATE_") - 1);
  entry.summary = absl::StrCat("line ", last.audit_sequence(), " did not take effect");
  AddAuditLine(std::move(entry), audit_.head(), record);
  RETURN_IF_ERROR(journal_.Append(lock, record, Journal::Durability::kPowerCut));
  // Not earlier: what is staged is what tells that the effects were never carried out.
  Abandon(tree_, lock, last.effects());
  return absl::OkStatus();
}

absl::StatusOr<v1::CommandResult> Ledger::Run(const TreeLock& lock, const WriteRequest& request, Handler handler) {
  StagingTransaction transaction(tree_, lock, request, clock_.Now());
  absl::StatusOr<v1::CommandResult> result = handler(transaction);
  if (!result.ok()) {
    if (DependsOnState(result.status().code())) RecordRefusal(lock, request, result.status());
    return result;
  }
  return Commit(lock, request, transaction, *std::move(result));
}

void Ledger::RecordRefusal(const TreeLock& lock, const WriteRequest& request, const absl::Status& status) {
  const ledger::JournalRecord record = NewRecord(request, clock_.Now(), RefusedOutcome(status));
  // Without the record the refusal would merely be decided anew.
  if (const absl::Status recorded = journal_.Append(lock, record, Journal::Durability::kProcessEnd); !recorded.ok()) {
    Log(LogLevel::kWarning, "refusal not recorded", {{"reason", std::string(recorded.message())}});
  }
}

absl::StatusOr<v1::CommandResult> Ledger::Commit(const TreeLock& lock, const WriteRequest& request,
                                                 StagingTransaction& transaction, v1::CommandResult result) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  *outcome.mutable_result() = std::move(result);
  ledger::JournalRecord record = NewRecord(request, transaction.now(), outcome);
  if (transaction.effects().empty()) {
    RETURN_IF_ERROR(journal_.Append(lock, record, Journal::Durability::kProcessEnd));
    return std::move(*outcome.mutable_result());
  }
  *record.mutable_effects() = transaction.effects();
  AuditEntry entry;
  entry.at = transaction.now();
  entry.request_id = request.request_id;
  entry.command = std::string(request.command);
  entry.state = "APPLIED";
  entry.actor = request.actor;
  entry.summary = transaction.summary();
  entry.effects = transaction.AuditEffects();
  AddAuditLine(std::move(entry), audit_.head(), record);
  RETURN_IF_ERROR(journal_.Append(lock, record, Journal::Durability::kPowerCut));
  transaction.Release();
  last_completed_ = false;
  if (const absl::Status carried_out = CarryOut(tree_, lock, record.effects()); !carried_out.ok()) {
    const absl::Status unknown = absl::InternalError(absl::StrCat(
        "the command is recorded but could not be carried out to its end: ", carried_out.message(),
        "; the agent tries again with the next command: send this one again, with the same request id, to learn how it "
        "ended"));
    return WithCommand(unknown, request.request_id, v1::COMMAND_STATE_UNKNOWN);
  }
  last_completed_ = true;
  // A line that is missing now is restored from the journal by the next write.
  if (const absl::Status audited = audit_.CatchUp(lock, journal_, transaction.now()); !audited.ok()) {
    Log(LogLevel::kWarning, "audit line delayed", {{"reason", std::string(audited.message())}});
  }
  return std::move(*outcome.mutable_result());
}

}  // namespace specrelay
