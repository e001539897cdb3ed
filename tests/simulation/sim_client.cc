#include "tests/simulation/sim_client.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(8);
// For so long a relay remembers how a command ended.
constexpr absl::Duration kRemembered = absl::Minutes(10);
// What a relay that runs may take beyond the timeout of a call.
constexpr absl::Duration kGrace = absl::Seconds(30);

// Whether nobody was there to say anything about the command, so that another try may find it done already.
bool IsPassing(const absl::Status& reason) {
  return absl::IsUnavailable(reason) || absl::IsResourceExhausted(reason) || absl::IsNotFound(reason);
}

}  // namespace

Caller SimCaller() {
  Caller caller;
  caller.principal.account = "acme";
  caller.principal.role = Role::kUser;
  caller.principal.key_id = "key_user";
  caller.principal.key_name = "reviewer";
  caller.client = "simulation";
  return caller;
}

// --- Calls ----------------------------------------------------------------------------------------------------------

void SimClient::Make(Call made) {
  const auto call = std::make_shared<Call>(std::move(made));
  const auto serve = [this, call](Relay& relay, const Clock& clock) {
    if (!*call->ended) call->serve(relay, clock, [this, call](Answer answer) { OnReply(call, std::move(answer)); });
  };
  relay_.Send({serve, [this, call] { OnLost(call); }, call->ended});
  loop_.After(kTimeout + kGrace, [this, call] { OnLost(call); });
}

void SimClient::OnReply(const std::shared_ptr<Call>& call, Answer answer) {
  if (++call->answers > 1) violations_.push_back(absl::StrCat(call->about, " was answered more than once"));
  const absl::Duration way = random_.Between(absl::Microseconds(200), absl::Milliseconds(30));
  const bool lost = random_.Chance(0.02);
  loop_.After(way, [this, call, lost, answer = std::move(answer)] {
    if (lost) return OnLost(call);
    if (!std::exchange(*call->ended, true)) call->answered(answer);
  });
}

void SimClient::OnLost(const std::shared_ptr<Call>& call) {
  if (!std::exchange(*call->ended, true)) call->lost();
}

// --- Commands -------------------------------------------------------------------------------------------------------

void SimClient::Begin(Operation operation) {
  operation.begun = loop_.Now();
  operation.request_id = operation.id;
  record_.Introduce(operation.id, operation.path, operation.policy == v1::OFFLINE_POLICY_QUEUE);
  operations_.push_back(std::move(operation));
  ++unfinished_;
  Send(operations_.back());
}

void SimClient::Send(Operation& operation) {
  ++operation.tries;
  Call call;
  call.about = absl::StrCat("a try of ", operation.request_id);
  call.serve = [this, &operation](Relay& relay, const Clock& clock, const std::function<void(Answer)>& reply) {
    // What an earlier relay has done with it, this one does not know, and what it has done long ago it may have
    // forgotten.
    const bool asked_long_ago = loop_.Now() - operation.heard > kRemembered;
    if (operation.taken_by != 0 && (operation.taken_by != relay_.starts() || asked_long_ago)) operation.unsure = true;
    v1::ExecuteRequest request;
    request.set_project_id(operation.project_id);
    request.set_request_id(operation.request_id);
    *request.mutable_timeout() = ToProto(kTimeout);
    request.set_offline_policy(operation.policy);
    *request.mutable_command() = operation.command;
    const auto ticket = relay.Execute(SimCaller(), std::move(request), clock.Now() + kTimeout,
                                      [reply](v1::CommandStatus status) { reply(std::move(status)); });
    if (!ticket.ok()) return reply(ticket.status());
    operation.taken_by = relay_.starts();
  };
  call.answered = [this, &operation](const Answer& answer) { OnOutcome(operation, answer); };
  call.lost = [this, &operation] { OnUnknown(operation); };
  Make(std::move(call));
}

void SimClient::SendLater(Operation& operation, absl::Duration least, absl::Duration most) {
  loop_.After(random_.Between(least, most), [this, &operation] { Send(operation); });
}

void SimClient::OnUnknown(Operation& operation) {
  operation.unsure = true;
  SendLater(operation, absl::Milliseconds(50), absl::Seconds(2));
}

void SimClient::OnOutcome(Operation& operation, const Answer& answer) {
  operation.heard = loop_.Now();
  if (!answer.ok()) return OnFailure(operation, FinalState(answer.status()), answer.status());
  switch (answer->state()) {
    case v1::COMMAND_STATE_APPLIED:
      if (answer->result().has_file_read()) operation.content = answer->result().file_read().content();
      return End(operation, Operation::End::kApplied, "");
    case v1::COMMAND_STATE_QUEUED:
      return OnQueued(operation);
    case v1::COMMAND_STATE_SENT:
      return Follow(operation, absl::Milliseconds(50), absl::Seconds(1));
    default:
      break;
  }
  const v1::CommandState state = answer->has_error() ? answer->state() : v1::COMMAND_STATE_UNKNOWN;
  if (state != v1::COMMAND_STATE_UNKNOWN) operation.taken_by = 0;
  OnFailure(operation, state, FromCommandError(answer->error()));
}

void SimClient::OnFailure(Operation& operation, v1::CommandState state, const absl::Status& reason) {
  if (state == v1::COMMAND_STATE_UNKNOWN) operation.unsure = true;
  if (state == v1::COMMAND_STATE_CANCELLED) return OnTakenBack(operation, std::string(reason.message()));
  // Before anybody decides anew, only the same id tells whether it was applied.
  if (state == v1::COMMAND_STATE_UNKNOWN) return OnUnknown(operation);
  // What was decided about once is kept until it is applied, however it fails.
  const bool resent = operation.request_id != operation.id;
  const bool conflict = absl::IsAborted(reason) && operation.policy == v1::OFFLINE_POLICY_QUEUE;
  resent || conflict ? OnKept(operation, reason) : OnRefusal(operation, reason);
}

void SimClient::OnRefusal(Operation& operation, const absl::Status& reason) {
  if (absl::IsCancelled(reason)) return OnTakenBack(operation, std::string(reason.message()));
  const bool no_such_file = operation.kind == Operation::Kind::kRead && absl::IsNotFound(reason) &&
                            absl::StrContains(reason.message(), operation.path);
  if (IsPassing(reason) && !no_such_file && (operation.unsure || operation.persistent || operation.tries < 3)) {
    return SendLater(operation, absl::Milliseconds(100), absl::Seconds(3));
  }
  End(operation, Operation::End::kRefused, std::string(reason.message()));
}

void SimClient::End(Operation& operation, Operation::End end, std::string reason) {
  operation.end = end;
  operation.reason = std::move(reason);
  operation.ended = loop_.Now();
  --unfinished_;
  if (operation.done) operation.done(operation);
}

}  // namespace specrelay
