#include "tests/simulation/delivery_record.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "relay/delivery_progress.h"

namespace specrelay {
namespace {

constexpr int kMaxEvents = 64;
constexpr int64_t kMaxBytes = 1 << 20;

Principal RecorderPrincipal() {
  Principal principal;
  principal.account = "acme";
  principal.role = Role::kViewer;
  principal.key_id = "key_recorder";
  return principal;
}

// Whether a write has said its last word, and that is not that it had an effect.
bool SaysWithoutEffect(v1::CommandState state) {
  return IsFinal(state) && state != v1::COMMAND_STATE_APPLIED && state != v1::COMMAND_STATE_UNKNOWN;
}

// Whether the relay says that somebody has decided about a conflict, not that there is one.
bool IsDecision(absl::string_view reason) {
  return absl::StartsWith(reason, "sent again by ") || absl::StartsWith(reason, "dropped by ");
}

// Whether a large write has left its place in the queue: it passes, and is SENT only when all of it has.
bool Passes(const v1::CommandProgress& progress) {
  return progress.state() == v1::COMMAND_STATE_QUEUED && progress.reason() == "it passes to the agent in parts";
}

}  // namespace

// Reads all events of one relay, when it is woken, which is before the next step of the simulation.
class DeliveryRecord::Reader final : public EventWaker {
 public:
  Reader(DeliveryRecord& record, Relay& relay, int life) : record_(record), life_(life) {
    const absl::StatusOr<Relay::WatchStart> start = relay.Watch(RecorderPrincipal(), v1::WatchRequest());
    log_ = start->log;
    position_ = start->position;
  }

  const std::shared_ptr<EventLog>& log() const { return log_; }

  void Wake() override {
    const auto batch = log_->Read(position_, kMaxEvents, kMaxBytes,
                                  [](const v1::Event& event) { return event.has_command_progress(); });
    if (!batch.ok()) {
      record_.violations_.push_back("the record of deliveries has a gap: more events at once than the ring holds");
      position_ = log_->End();
      return;
    }
    position_ = batch->next;
    for (const auto& event : batch->events) {
      record_.OnProgress(life_, event->project_id(), event->command_progress());
    }
  }

 private:
  DeliveryRecord& record_;
  const int life_;
  std::shared_ptr<EventLog> log_;
  EventLog::Sequence position_ = 0;
};

void DeliveryRecord::Introduce(const std::string& request_id, std::string path, bool may_queue) {
  subjects_[request_id] = {std::move(path), may_queue};
}

void DeliveryRecord::Attach(Relay& relay, int life) {
  readers_.push_back(std::make_shared<Reader>(*this, relay, life));
  readers_.back()->log()->Subscribe(readers_.back());
}

bool DeliveryRecord::Keeps(int life, const std::string& request_id) const {
  const auto write = writes_.find({life, request_id});
  return write != writes_.end() && write->second.kept;
}

std::vector<std::string> DeliveryRecord::Queued(int life, const std::string& project_id) const {
  std::vector<std::string> queued;
  for (auto it = writes_.lower_bound({life, ""}); it != writes_.end() && it->first.first == life; ++it) {
    const Write& write = it->second;
    const bool waits = write.queued && !IsFinal(write.state);
    if (write.project_id == project_id && (waits || write.kept)) queued.push_back(it->first.second);
  }
  return queued;
}

std::vector<std::string> DeliveryRecord::Overdue(int life) const {
  std::vector<std::string> overdue;
  for (auto it = writes_.lower_bound({life, ""}); it != writes_.end() && it->first.first == life; ++it) {
    const Write& write = it->second;
    if (write.state == v1::COMMAND_STATE_QUEUED && loop_.Now() - write.accepted > keep_) {
      overdue.push_back(it->first.second);
    }
  }
  return overdue;
}

bool DeliveryRecord::MayTakeEffect(const std::vector<std::string>& request_ids, absl::Time at) const {
  for (const std::string& request_id : request_ids) {
    const auto steps = steps_.find(request_id);
    if (steps == steps_.end()) continue;
    std::map<int, bool> under_way;  // by life
    for (const Step& step : steps->second) {
      if (step.at > at) break;
      if (step.state == v1::COMMAND_STATE_SENT) under_way[step.life] = true;
      // Whoever has been told that nobody knows is not told otherwise by what becomes of another try.
      if (step.state == v1::COMMAND_STATE_UNKNOWN) return true;
      // What is said at the moment of the effect may have been said after it.
      if (SaysWithoutEffect(step.state) && step.at < at) under_way[step.life] = false;
    }
    for (const auto& [life, is] : under_way) {
      if (is) return true;
    }
  }
  return false;
}

const DeliveryRecord::Write* DeliveryRecord::ConflictOf(int life, const std::string& request_id) const {
  const size_t mark = request_id.rfind('~');
  if (mark == std::string::npos) return nullptr;
  const int number = std::stoi(request_id.substr(mark + 1));
  const std::string base = request_id.substr(0, mark);
  const auto conflict = writes_.find({life, number == 1 ? base : absl::StrCat(base, "~", number - 1)});
  return conflict == writes_.end() || conflict->second.kept ? nullptr : &conflict->second;
}

void DeliveryRecord::OnAccepted(int life, const std::string& request_id, Write& write) {
  // What is sent again over a conflict takes the conflict's place; what is kept keeps its own.
  const bool is_new = write.state == v1::COMMAND_STATE_UNSPECIFIED;
  const Write* const conflict = is_new ? ConflictOf(life, request_id) : nullptr;
  ++last_order_;
  if (!write.kept) write.order = conflict == nullptr ? last_order_ : conflict->order;
  write.resent = conflict != nullptr;
  write.accepted = loop_.Now();
  write.queued = false;
}

void DeliveryRecord::OnProgress(int life, const std::string& project_id, const v1::CommandProgress& progress) {
  const std::string& request_id = progress.request_id();
  const v1::CommandState state = progress.state();
  Write& write = writes_[{life, request_id}];
  if (IsDecision(progress.reason())) {
    write.kept = false;
    return;
  }
  steps_[request_id].push_back({loop_.Now(), life, state});
  write.project_id = project_id;
  if (write.state == v1::COMMAND_STATE_UNSPECIFIED || IsFinal(write.state)) OnAccepted(life, request_id, write);
  const bool waited = write.queued && write.state == v1::COMMAND_STATE_QUEUED && !write.passes;
  write.passes = Passes(progress);
  if (waited && (state == v1::COMMAND_STATE_SENT || write.passes)) CheckOrder(life, request_id, write);
  if (state == v1::COMMAND_STATE_EXPIRED && write.queued && loop_.Now() - write.accepted < keep_) {
    violations_.push_back(
        absl::StrCat(request_id, " expired after ", absl::FormatDuration(loop_.Now() - write.accepted)));
  }
  write.state = state;
  if (state == v1::COMMAND_STATE_QUEUED) write.queued = subjects_[request_id].may_queue;
  const bool settled = state == v1::COMMAND_STATE_APPLIED || state == v1::COMMAND_STATE_CANCELLED;
  if (state == v1::COMMAND_STATE_APPLIED) write.kept = false;
  if (write.queued && (state == v1::COMMAND_STATE_CONFLICT || (write.resent && IsFinal(state) && !settled))) {
    write.kept = true;
    write.kept_since = last_order_;
  }
}

void DeliveryRecord::CheckOrder(int life, const std::string& request_id, const Write& write) {
  for (auto it = writes_.lower_bound({life, ""}); it != writes_.end() && it->first.first == life; ++it) {
    const std::string& other_id = it->first.second;
    const Write& other = it->second;
    if (other.project_id != write.project_id || other.order >= write.order) continue;
    if (subjects_[other_id].path != subjects_[request_id].path) continue;
    if (other.kept && write.order <= other.kept_since) {
      violations_.push_back(absl::StrCat(request_id, " was sent before anybody decided about the conflict ", other_id));
    } else if (!other.kept && other.queued && !IsFinal(other.state)) {
      violations_.push_back(absl::StrCat(request_id, " was sent before ", other_id, ", which was accepted earlier"));
    }
  }
}

}  // namespace specrelay
