// What a client does about commands that are queued, and about conflicts.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "proto/support/time.h"
#include "relay/delivery_progress.h"
#include "tests/simulation/sim_client.h"

namespace specrelay {
namespace {

// How long a call asks the relay to wait for the end of a command.
constexpr absl::Duration kWait = absl::Seconds(6);
// For so long the relay remembers what was taken back; a bit less than it does.
constexpr absl::Duration kRemembered = absl::Hours(23);

std::string NextId(const std::string& request_id) {
  const size_t mark = request_id.rfind('~');
  if (mark == std::string::npos) return request_id + "~1";
  return absl::StrCat(request_id.substr(0, mark), "~", std::stoi(request_id.substr(mark + 1)) + 1);
}

}  // namespace

// --- Following ------------------------------------------------------------------------------------------------------

void SimClient::OnQueued(Operation& operation) {
  if (std::exchange(operation.to_be_cancelled, false)) {
    loop_.After(random_.Between(absl::Milliseconds(100), absl::Seconds(6)),
                [this, &operation] { TakeBack(operation); });
    return;
  }
  switch (random_.Below(3)) {
    case 0:  // as a browser that is told of a reconnection
      return SendLater(operation, absl::Milliseconds(500), absl::Seconds(8));
    case 1:
      return Follow(operation, absl::ZeroDuration(), absl::Seconds(1));
    default:  // a script that looks in again
      return Follow(operation, absl::Seconds(5), absl::Seconds(15));
  }
}

void SimClient::Follow(Operation& operation, absl::Duration least, absl::Duration most) {
  loop_.After(random_.Between(least, most), [this, &operation] { Ask(operation); });
}

void SimClient::Ask(Operation& operation) {
  Call call;
  call.about = absl::StrCat("a wait for ", operation.request_id);
  call.serve = [&operation](Relay& relay, const Clock& clock, const std::function<void(Answer)>& reply) {
    v1::WaitCommandRequest request;
    request.set_request_id(operation.request_id);
    *request.mutable_timeout() = ToProto(kWait);
    const auto ticket = relay.Wait(SimCaller(), request, clock.Now() + kWait,
                                   [reply](v1::CommandStatus status) { reply(std::move(status)); });
    if (!ticket.ok()) reply(ticket.status());
  };
  call.answered = [this, &operation](const Answer& answer) {
    // A relay that does not know it says to send it again.
    absl::IsNotFound(answer.status()) ? OnUnknown(operation) : OnOutcome(operation, answer);
  };
  call.lost = [this, &operation] { Follow(operation, absl::Milliseconds(50), absl::Seconds(2)); };
  Make(std::move(call));
}

// --- Taking back ----------------------------------------------------------------------------------------------------

void SimClient::TakeBack(Operation& operation) {
  if (!operation.asked_back.has_value()) operation.asked_back = loop_.Now();
  Call call;
  call.about = absl::StrCat("the cancellation of ", operation.request_id);
  call.serve = [&operation](Relay& relay, const Clock&, const std::function<void(Answer)>& reply) {
    v1::CancelCommandRequest request;
    request.set_request_id(operation.request_id);
    reply(relay.CancelCommand(SimCaller(), request));
  };
  call.answered = [this, &operation](const Answer& answer) {
    if (absl::IsNotFound(answer.status())) return OnUnknown(operation);
    // On its way already, or ended: which it is, the relay tells.
    answer.ok() ? OnOutcome(operation, answer) : Ask(operation);
  };
  call.lost = [this, &operation] { Follow(operation, absl::Milliseconds(50), absl::Seconds(2)); };
  Make(std::move(call));
}

void SimClient::OnTakenBack(Operation& operation, const std::string& reason) {
  if (operation.asked_back && random_.Chance(0.3)) TryAgainAfterAll(operation);
  End(operation, operation.unsure ? Operation::End::kWithdrawn : Operation::End::kRefused, reason);
}

// Another browser, which has not heard that the command was taken back, sends it again.
void SimClient::TryAgainAfterAll(const Operation& operation) {
  const int life = relay_.starts();
  // At the earliest: the answer may have been long on its way.
  const absl::Time taken_back = *operation.asked_back;
  loop_.After(random_.Between(absl::ZeroDuration(), absl::Seconds(5)), [this, &operation, life, taken_back] {
    const auto serve = [this, &operation, life, taken_back](Relay& relay, const Clock& clock) {
      if (relay_.starts() != life || loop_.Now() - taken_back > kRemembered) return;
      v1::ExecuteRequest request;
      request.set_project_id(operation.project_id);
      request.set_request_id(operation.request_id);
      request.set_offline_policy(operation.policy);
      *request.mutable_command() = operation.command;
      const auto ticket = relay.Execute(SimCaller(), std::move(request), clock.Now() + kWait, nullptr);
      if (ticket.ok()) violations_.push_back(absl::StrCat(operation.request_id, " was taken back, and taken again"));
    };
    relay_.Send({serve, [] {}, std::make_shared<bool>(true)});
  });
}

// --- Conflicts ------------------------------------------------------------------------------------------------------

void SimClient::OnKept(Operation& operation, const absl::Status& reason) {
  Call call;
  call.about = absl::StrCat("a look at the conflict of ", operation.request_id);
  call.serve = [this, &operation](Relay& relay, const Clock&, const std::function<void(Answer)>& reply) {
    reply(ReadConflict(operation, relay));
  };
  call.answered = [this, &operation, reason](const Answer& answer) {
    if (answer.ok()) {
      Base known;
      const v1::FileWriteRequest& write = operation.command.file_write();
      if (write.has_base_hash()) known = write.base_hash();
      if (answer->error().has_conflict()) known = answer->error().conflict().current_hash();
      return Decide(operation, known);
    }
    // It was never queued, so that its sender alone had it, or the relay that had it is gone.
    if (!absl::IsAborted(reason)) return SendLater(operation, absl::Milliseconds(50), absl::Seconds(2));
    End(operation, Operation::End::kRefused, std::string(reason.message()));
  };
  call.lost = [this, &operation, reason] { OnKept(operation, reason); };
  Make(std::move(call));
}

SimClient::Answer SimClient::ReadConflict(const Operation& operation, Relay& relay) {
  v1::GetQueuedCommandRequest request;
  request.set_request_id(operation.request_id);
  const auto kept = relay.GetQueuedCommand(SimCaller(), request);
  if (!kept.ok()) {
    if (record_.Keeps(relay_.starts(), operation.request_id)) {
      violations_.push_back(
          absl::StrCat("the conflict ", operation.request_id, " is not kept: ", std::string(kept.status().message())));
    }
    return kept.status();
  }
  if (kept->command().file_write().content() != operation.content.value_or("")) {
    violations_.push_back(absl::StrCat("the conflict ", operation.request_id, " has lost what its author wrote"));
  }
  return kept->status();
}

// `known` is what the relay takes for what the write replaces when the decision names no version.
void SimClient::Decide(Operation& operation, const Base& known) {
  const bool resend = random_.Chance(0.6);
  Base named;
  // Whoever knows of no version can still ask for there being none.
  if (random_.Chance(0.5)) named = known.value_or("");
  loop_.After(random_.Between(absl::Milliseconds(100), absl::Seconds(12)), [this, &operation, known, named, resend] {
    resend ? Resend(operation, known, named) : Discard(operation);
  });
}

void SimClient::Discard(Operation& operation) {
  Call call;
  call.about = absl::StrCat("the end of the conflict ", operation.request_id);
  call.serve = [&operation](Relay& relay, const Clock&, const std::function<void(Answer)>& reply) {
    v1::ResolveConflictRequest request;
    request.set_request_id(operation.request_id);
    request.set_resolution(v1::CONFLICT_RESOLUTION_DISCARD);
    const auto response = relay.ResolveConflict(SimCaller(), request);
    response.ok() ? reply(v1::CommandStatus()) : reply(response.status());
  };
  call.answered = [this, &operation](const Answer& answer) {
    // It is there no longer when the relay has gone, or the answer to an earlier try was lost.
    if (!answer.ok() && !absl::IsNotFound(answer.status())) {
      violations_.push_back(absl::StrCat("the conflict ", operation.request_id,
                                         " cannot be dropped: ", std::string(answer.status().message())));
    }
    End(operation, operation.unsure ? Operation::End::kWithdrawn : Operation::End::kRefused,
        "its author dropped it after a conflict");
  };
  call.lost = [this, &operation] { Discard(operation); };
  Make(std::move(call));
}

void SimClient::Resend(Operation& operation, const Base& known, const Base& named) {
  const bool twice = random_.Chance(0.2);
  const std::string next_id = NextId(operation.request_id);
  record_.Introduce(next_id, operation.path, /*may_queue=*/true);
  Call call;
  call.about = absl::StrCat("the decision about ", operation.request_id);
  call.serve = [this, &operation, named, next_id, twice](Relay& relay, const Clock&,
                                                         const std::function<void(Answer)>& reply) {
    v1::ResolveConflictRequest request;
    request.set_request_id(operation.request_id);
    request.set_resolution(v1::CONFLICT_RESOLUTION_RESEND);
    if (named.has_value()) request.set_base_hash(*named);
    auto response = relay.ResolveConflict(SimCaller(), request);
    if (twice && response.ok()) response = relay.ResolveConflict(SimCaller(), request);
    if (!response.ok()) return reply(response.status());
    if (response->request_id() != next_id) {
      violations_.push_back(
          absl::StrCat("the conflict ", operation.request_id, " goes on as ", response->request_id()));
    }
    operation.taken_by = relay_.starts();
    reply(v1::CommandStatus());
  };
  const Base base = named.has_value() ? named : known;
  call.answered = [this, &operation, known, base, next_id](const Answer& answer) {
    if (answer.ok()) return GoOnAs(operation, next_id, base);
    const bool passing = absl::IsUnavailable(answer.status()) || absl::IsResourceExhausted(answer.status());
    // The relay that kept it may be gone; whether it had heard of the decision then, only the agent can tell.
    if (operation.maybe_resent && !passing) return GoOnAs(operation, next_id, base);
    if (absl::IsNotFound(answer.status())) {
      return End(operation, operation.unsure ? Operation::End::kWithdrawn : Operation::End::kRefused,
                 "its conflict went with the relay");
    }
    Decide(operation, known);
  };
  call.lost = [this, &operation, known, named] {
    operation.maybe_resent = true;
    loop_.After(absl::Seconds(1), [this, &operation, known, named] { Resend(operation, known, named); });
  };
  Make(std::move(call));
}

void SimClient::GoOnAs(Operation& operation, const std::string& request_id, const Base& base) {
  if (std::exchange(operation.maybe_resent, false)) operation.unsure = true;
  operation.request_id = request_id;
  operation.resent_over.push_back(base);
  if (base.has_value()) operation.command.mutable_file_write()->set_base_hash(*base);
  Follow(operation, absl::ZeroDuration(), absl::Seconds(2));
}

// --- The queue as a whole -------------------------------------------------------------------------------------------

void SimClient::WatchQueue(const std::string& project_id) {
  relay_.Send({[this, project_id](Relay& relay, const Clock&) { LookAtQueue(project_id, relay); }, [] {},
               std::make_shared<bool>(true)});
  loop_.After(random_.Between(absl::Milliseconds(300), absl::Seconds(3)),
              [this, project_id] { WatchQueue(project_id); });
}

void SimClient::LookAtQueue(const std::string& project_id, Relay& relay) {
  v1::ListQueueRequest request;
  request.set_project_id(project_id);
  const auto queue = relay.ListQueue(SimCaller(), request);
  if (!queue.ok()) return;
  const auto complain = [&](const std::string& what) {
    violations_.push_back(absl::StrCat("the queue of ", project_id, " ", what));
  };
  const Room limit = SimRelay::QueueLimits().project;
  std::set<std::string> listed;
  std::set<std::string> conflicts;
  int64_t bytes = 0;
  int under_way = 0;
  for (const v1::QueuedCommand& command : queue->commands()) {
    const v1::CommandStatus& status = command.status();
    bytes += command.size_bytes();
    under_way += status.state() == v1::COMMAND_STATE_SENT ? 1 : 0;
    listed.insert(status.request_id());
    if (IsFinal(status.state())) conflicts.insert(status.request_id());
    if (!command.waits_for().empty() && conflicts.count(command.waits_for()) == 0) {
      complain(absl::StrCat("lets ", status.request_id(), " wait for ", command.waits_for(), ", which is no conflict"));
    }
  }
  if (queue->commands_size() > limit.commands) complain(absl::StrCat("holds ", queue->commands_size(), " commands"));
  if (bytes > limit.bytes) complain(absl::StrCat("holds ", bytes, " bytes"));
  if (queue->free_commands() < 0 || queue->free_bytes() < 0) complain("has less than no room");
  if (under_way > 1) complain(absl::StrCat("has ", under_way, " writes under way"));
  for (const std::string& id : record_.Queued(relay_.starts(), project_id)) {
    if (listed.count(id) == 0) complain(absl::StrCat("has lost ", id));
  }
}

}  // namespace specrelay
