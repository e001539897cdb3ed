#include "mcp_agent/ledger/write_group.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/recorded_outcome.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxMembers = 64;

// The file of a write or an append.
const std::string& PathOf(const ledger::Effect& effect) {
  return effect.has_append() ? effect.append().path() : effect.write().path();
}

}  // namespace

WriteGroup::~WriteGroup() {
  if (released_) return;
  for (const std::string& path : StagedPaths()) tree_.Discard(lock_, path);
}

void WriteGroup::Add(WaitingWrite& write, StagingTransaction& transaction, v1::CommandResult result) {
  v1::CommandOutcome outcome = AppliedOutcome(std::move(result));
  AddMember(write, outcome, transaction.now());
  members_.back().answer = std::move(*outcome.mutable_result());
  if (transaction.effects().empty()) return;
  AddAuditLine(write.request, transaction);
  for (const ledger::Effect& effect : transaction.effects()) Merge(effect);
  for (StagedContent& content : transaction.TakeContents()) {
    Grow(content.bytes.size());
    overlay_.Put(std::move(content));
  }
  transaction.Release();
  closed_ |= transaction.closes_group();
}

bool WriteGroup::KeepsOrderWith(const Effects& effects) const {
  int last = -1;
  for (const ledger::Effect& effect : effects) {
    const auto known = effect_of_.find(PathOf(effect));
    const int place = known == effect_of_.end() ? record_.effects_size() : known->second;
    if (place < last) return false;
    last = place;
  }
  return true;
}

void WriteGroup::AddRefusal(WaitingWrite& write, const absl::Status& refusal, absl::Time now) {
  AddMember(write, RefusedOutcome(refusal), now);
  members_.back().answer = refusal;
}

void WriteGroup::AddMember(WaitingWrite& write, const v1::CommandOutcome& outcome, absl::Time now) {
  ledger::GroupMember member = RecordOutcome(write.request, outcome);
  Grow(member.outcome().size());
  if (members_.empty()) {
    record_.set_request_id(std::move(*member.mutable_request_id()));
    record_.set_digest(std::move(*member.mutable_digest()));
    record_.set_outcome(std::move(*member.mutable_outcome()));
    record_.set_at_ms(absl::ToUnixMillis(now));
  } else {
    *record_.add_others() = std::move(member);
  }
  request_ids_.insert(write.request.request_id);
  members_.push_back({&write, absl::UnknownError("not decided")});
  closed_ |= members_.size() >= kMaxMembers;
}

void WriteGroup::AddAuditLine(const WriteRequest& request, const StagingTransaction& transaction) {
  AuditEntry entry;
  entry.at = transaction.now();
  entry.request_id = request.request_id;
  entry.command = std::string(request.command);
  entry.state = "APPLIED";
  entry.actor = request.actor;
  entry.summary = transaction.summary();
  entry.effects = transaction.AuditEffects();
  ChainHead after;
  const std::string line = FormatAuditLine(entry, audit_head_, &after);
  audit_head_ = std::move(after);
  absl::StrAppend(record_.mutable_audit_line(), line);
  record_.set_audit_sequence(audit_head_.seq);
  Grow(line.size());
}

void WriteGroup::Merge(const ledger::Effect& effect) {
  if (!effect.has_write() && !effect.has_append()) {
    *record_.add_effects() = effect;
    return;
  }
  if (effect.has_append()) {
    // A file that is yet to be made closes the group, so that nobody looks for it.
    const absl::StatusOr<FileStat> stat = overlay_.Stat(effect.append().path());
    if (stat.ok()) {
      overlay_.Extend(effect.append().path(), *stat, effect.append().content());
    } else {
      closed_ = true;
    }
    Grow(effect.append().content().size());
  }
  const auto [known, is_new] = effect_of_.emplace(PathOf(effect), record_.effects_size());
  if (is_new) {
    *record_.add_effects() = effect;
    return;
  }
  ledger::Effect& merged = *record_.mutable_effects(known->second);
  if (effect.has_append()) {
    merged.mutable_append()->mutable_content()->append(effect.append().content());
    return;
  }
  merged.mutable_write()->set_after_hash(effect.write().after_hash());
}

void WriteGroup::Grow(size_t bytes) {
  bytes_ += bytes;
  closed_ |= bytes_ >= static_cast<size_t>(kMaxGroupBytes);
}

absl::Status WriteGroup::StageRest() {
  for (const StagedContent* content : overlay_.Unstaged()) {
    const FileStat& stat = content->staged.stat;
    RETURN_IF_ERROR(tree_.Restage(lock_, content->staged.path, content->bytes, stat.last_modified));
  }
  return absl::OkStatus();
}

std::vector<std::string> WriteGroup::StagedPaths() const {
  std::vector<std::string> paths;
  for (const ledger::Effect& effect : record_.effects()) {
    if (effect.has_write()) paths.push_back(effect.write().staged_path());
  }
  return paths;
}

void WriteGroup::AnswerAsDecided() {
  for (Member& member : members_) member.write->answer = std::move(member.answer);
}

void WriteGroup::AnswerFailed(const absl::Status& failure) {
  for (Member& member : members_) {
    const bool stands = !has_effects() && !member.answer.ok();
    member.write->answer = stands ? std::move(member.answer) : failure;
  }
}

void WriteGroup::AnswerUnknown(const absl::Status& failure) {
  const absl::Status unknown = absl::InternalError(absl::StrCat(
      "the command is recorded but could not be carried out to its end: ", failure.message(),
      "; the agent tries again with the next command: send this one again, with the same request id, to learn how it "
      "ended"));
  for (Member& member : members_) {
    member.write->answer = WithCommand(unknown, member.write->request.request_id, v1::COMMAND_STATE_UNKNOWN);
  }
}

}  // namespace specrelay
