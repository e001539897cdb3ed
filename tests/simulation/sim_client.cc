#include "tests/simulation/sim_client.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr absl::Duration kTimeout = absl::Seconds(8);
// What a relay that runs may take beyond the timeout of a call.
constexpr absl::Duration kGrace = absl::Seconds(30);

Caller ClientCaller() {
  Caller caller;
  caller.principal.account = "acme";
  caller.principal.role = Role::kUser;
  caller.principal.key_id = "key_user";
  caller.principal.key_name = "reviewer";
  caller.client = "simulation";
  return caller;
}

// Whether nobody was there to say anything about the command, so that another try may find it done already.
bool IsPassing(const absl::Status& reason) {
  return absl::IsUnavailable(reason) || absl::IsResourceExhausted(reason) || absl::IsNotFound(reason);
}

}  // namespace

struct SimClient::Try {
  Operation& operation;
  std::function<void(const Operation&)> done;
  std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  int answers = 0;
};

void SimClient::Begin(Operation operation, std::function<void(const Operation&)> done) {
  operation.begun = loop_.Now();
  operations_.push_back(std::move(operation));
  ++unfinished_;
  Send(operations_.back(), done);
}

void SimClient::Send(Operation& operation, const std::function<void(const Operation&)>& done) {
  ++operation.tries;
  operation.last_try = loop_.Now();
  auto attempt = std::make_shared<Try>(Try{operation, done});
  relay_.Send({[this, attempt](Relay& relay, const Clock& clock) { Serve(attempt, relay, clock); },
               [this, attempt] { OnLost(attempt); }, attempt->ended});
  loop_.After(kTimeout + kGrace, [this, attempt] { OnLost(attempt); });
}

void SimClient::Serve(const std::shared_ptr<Try>& attempt, Relay& relay, const Clock& clock) {
  if (*attempt->ended) return;
  v1::ExecuteRequest request;
  request.set_project_id(attempt->operation.project_id);
  request.set_request_id(attempt->operation.id);
  *request.mutable_timeout() = ToProto(kTimeout);
  request.set_offline_policy(attempt->operation.queued ? v1::OFFLINE_POLICY_QUEUE : v1::OFFLINE_POLICY_FAIL);
  *request.mutable_command() = attempt->operation.command;
  const absl::StatusOr<CommandTicket> ticket =
      relay.Execute(ClientCaller(), std::move(request), clock.Now() + kTimeout,
                    [this, attempt](v1::CommandStatus status) { Answer(attempt, std::move(status)); });
  if (!ticket.ok()) Answer(attempt, ticket.status());
}

void SimClient::Answer(const std::shared_ptr<Try>& attempt, absl::StatusOr<v1::CommandStatus> answer) {
  if (++attempt->answers > 1) {
    violations_.push_back(absl::StrCat("a try of ", attempt->operation.id, " was answered more than once"));
  }
  const absl::Duration way = random_.Between(absl::Microseconds(200), absl::Milliseconds(30));
  const bool lost = random_.Chance(0.02);
  loop_.After(
      way, [this, attempt, lost, answer = std::move(answer)] { lost ? OnLost(attempt) : OnAnswer(attempt, answer); });
}

void SimClient::OnLost(const std::shared_ptr<Try>& attempt) {
  if (std::exchange(*attempt->ended, true)) return;
  attempt->operation.unsure = true;
  loop_.After(random_.Between(absl::Milliseconds(50), absl::Seconds(2)),
              [this, attempt] { Send(attempt->operation, attempt->done); });
}

void SimClient::OnAnswer(const std::shared_ptr<Try>& attempt, const absl::StatusOr<v1::CommandStatus>& answer) {
  if (!answer.ok()) return OnRefusal(attempt, answer.status());
  if (answer->state() != v1::COMMAND_STATE_APPLIED) {
    if (answer->state() == v1::COMMAND_STATE_UNKNOWN || !answer->has_error()) return OnLost(attempt);
    return OnRefusal(attempt, FromCommandError(answer->error()));
  }
  if (std::exchange(*attempt->ended, true)) return;
  if (answer->result().has_file_read()) attempt->operation.content = answer->result().file_read().content();
  End(attempt, Operation::End::kApplied, "");
}

void SimClient::OnRefusal(const std::shared_ptr<Try>& attempt, const absl::Status& reason) {
  Operation& operation = attempt->operation;
  const bool no_such_file = operation.kind == Operation::Kind::kRead && absl::IsNotFound(reason) &&
                            absl::StrContains(reason.message(), operation.path);
  if (IsPassing(reason) && !no_such_file && (operation.unsure || operation.persistent || operation.tries < 3)) {
    if (std::exchange(*attempt->ended, true)) return;
    loop_.After(random_.Between(absl::Milliseconds(100), absl::Seconds(3)),
                [this, attempt] { Send(attempt->operation, attempt->done); });
    return;
  }
  if (std::exchange(*attempt->ended, true)) return;
  End(attempt, Operation::End::kRefused, std::string(reason.message()));
}

void SimClient::End(const std::shared_ptr<Try>& attempt, Operation::End end, std::string reason) {
  Operation& operation = attempt->operation;
  operation.end = end;
  operation.reason = std::move(reason);
  operation.ended = loop_.Now();
  --unfinished_;
  if (attempt->done) attempt->done(operation);
}

}  // namespace specrelay
