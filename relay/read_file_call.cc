#include "relay/read_file_call.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "relay/caller_authentication.h"
#include "relay/wire_message.h"

namespace specrelay {
namespace {

// The agent says what is too large.
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max() / 2;

absl::Status AgentsMistake(const absl::Status& status) {
  return absl::InternalError(absl::StrCat("the agent's transfer is broken: ", status.message(), "; update the agent"));
}

}  // namespace

std::shared_ptr<ReadFileCall> ReadFileCall::Start(grpc::CallbackServerContext& context, const Caller& caller,
                                                  v1::ExecuteRequest request, absl::Time client_deadline,
                                                  LiveStreams::Admission admission, TransferCallOptions options,
                                                  Relay& relay, const Clock& clock) {
  std::shared_ptr<ReadFileCall> call(
      new ReadFileCall(context, caller.principal, request.request_id(), std::move(admission), options, relay, clock));
  call->self_ = call;
  absl::StatusOr<CommandTicket> ticket =
      relay.ExecuteStreamed(caller, std::move(request), client_deadline, call,
                            [call](v1::CommandStatus status) { call->OnOutcome(std::move(status)); });
  if (!ticket.ok()) {
    call->Fail(ticket.status());
    return call;
  }
  {
    absl::MutexLock lock(&call->mu_);
    call->ticket_ = *std::move(ticket);
  }
  call->Grant();
  return call;
}

ReadFileCall::ReadFileCall(grpc::CallbackServerContext& context, Principal principal, const std::string& request_id,
                           LiveStreams::Admission admission, TransferCallOptions options, Relay& relay,
                           const Clock& clock)
    : context_(context),
      principal_(std::move(principal)),
      request_id_(request_id),
      options_(options),
      max_details_bytes_(MaxDetailsBytes(context.client_metadata())),
      relay_(relay),
      clock_(clock),
      admission_(std::move(admission)),
      receiver_(request_id, kNoLimit) {}

void ReadFileCall::Grant() {
  absl::optional<v1::Transfer> grant;
  {
    absl::MutexLock lock(&mu_);
    if (!state_.closing()) grant = receiver_.NextGrant();
  }
  if (!grant.has_value()) return;
  const absl::Status sent = relay_.SendStep(principal_.account, *this, *std::move(grant));
  if (!sent.ok()) relay_.FailBody(principal_.account, request_id_, *this, sent);
}

void ReadFileCall::OnStep(v1::Transfer step) {
  const bool abort = step.has_abort();
  if (const absl::Status taken = TakeStep(std::move(step)); !taken.ok()) {
    relay_.FailBody(principal_.account, request_id_, *this, abort ? taken : AgentsMistake(taken));
    return;
  }
  Pump();
}

absl::Status ReadFileCall::TakeStep(v1::Transfer step) {
  switch (step.step_case()) {
    case v1::Transfer::kChunk: {
      absl::MutexLock lock(&mu_);
      absl::StatusOr<std::string> bytes = receiver_.OnChunk(std::move(*step.mutable_chunk()));
      if (!bytes.ok()) return bytes.status();
      if (!failed_) waiting_.emplace_back().set_data(*std::move(bytes));
      return absl::OkStatus();
    }
    case v1::Transfer::kEnd: {
      absl::MutexLock lock(&mu_);
      return receiver_.OnEnd(step.end());
    }
    case v1::Transfer::kAbort:
      return FromCommandError(step.abort().error());
    case v1::Transfer::kGrant:
      return absl::InvalidArgumentError("it asks for a body where it is to send one");
    default:
      return absl::OkStatus();  // of a later version
  }
}

absl::Status ReadFileCall::CheckWhole(const v1::CommandStatus& status) const {
  const v1::FileVersion& version = status.result().file_read().version();
  if (!receiver_.complete()) return absl::InternalError("the agent answered without the file; update the agent");
  if (version.hash() != receiver_.hash() || version.size_bytes() != receiver_.received_bytes()) {
    return absl::DataLossError("the file that the agent sent is not the one that it tells of; read it again");
  }
  return absl::OkStatus();
}

void ReadFileCall::OnOutcome(v1::CommandStatus status) {
  absl::Status outcome = OutcomeOf(status);
  if (outcome.ok()) {
    absl::MutexLock lock(&mu_);
    outcome = CheckWhole(status);
    if (outcome.ok() && state_.Close(absl::OkStatus(), clock_.Now())) {
      waiting_.emplace_back().mutable_version()->Swap(status.mutable_result()->mutable_file_read()->mutable_version());
    }
  }
  if (outcome.ok()) {
    Pump();
  } else {
    Fail(outcome);
  }
}

void ReadFileCall::OnWriteDone(bool ok) {
  const int64_t written_bytes = outgoing_bytes_;
  outgoing_.Clear();
  {
    absl::MutexLock lock(&mu_);
    state_.WriteEnded(ok);
    receiver_.Consumed(written_bytes);
  }
  if (!ok) return OnCancel();
  Grant();
  Pump();
}

void ReadFileCall::OnCancel() {
  {
    absl::MutexLock lock(&mu_);
    state_.Break();
  }
  End(absl::CancelledError("the client no longer reads"));
}

void ReadFileCall::OnDone() {
  admission_ = LiveStreams::Admission();
  const std::shared_ptr<ReadFileCall> self = std::move(self_);  // its end may delete this
}

void ReadFileCall::Tick(absl::Time now) {
  {
    absl::MutexLock lock(&mu_);
    const bool stuck = state_.WriteAge(now) > options_.write_timeout;
    if (!stuck && !(failed_ && state_.ClosingAge(now) > options_.linger)) return;
    state_.RequestCancel();
  }
  Abandon();
  Fail(absl::ResourceExhaustedError("the client took nothing for too long"));
}

void ReadFileCall::End(const absl::Status& status) {
  Abandon();
  Fail(status);
}

void ReadFileCall::Abandon() {
  CommandTicket ticket;
  {
    absl::MutexLock lock(&mu_);
    ticket = ticket_;
  }
  if (!ticket.account.empty()) relay_.Abandon(ticket);
}

void ReadFileCall::Fail(const absl::Status& status) {
  {
    absl::MutexLock lock(&mu_);
    if (state_.Close(status, clock_.Now())) {
      failed_ = true;
      waiting_.clear();
    }
  }
  Pump();
}

void ReadFileCall::Pump() {
  // Once Finish is called, OnDone may run on another thread while this one is still inside.
  const std::shared_ptr<ReadFileCall> self = shared_from_this();
  while (true) {
    v1::ReadFileResponse response;
    absl::Status status;
    StreamState::Step step;
    {
      absl::MutexLock lock(&mu_);
      step = state_.Next(!waiting_.empty(), clock_.Now());
      if (step == StreamState::Step::kWrite) {
        response = std::move(waiting_.front());
        waiting_.pop_front();
      }
      status = state_.finish_status();
    }
    switch (step) {
      case StreamState::Step::kNone:
        return;
      case StreamState::Step::kWrite:
        outgoing_bytes_ = static_cast<int64_t>(response.data().size());
        outgoing_ = SerializeMessage(response);
        relay_.observer().OnClientBytes(0, static_cast<int64_t>(outgoing_.Length()));
        StartWrite(&outgoing_);
        return;
      case StreamState::Step::kCancel: {
        context_.TryCancel();
        absl::MutexLock lock(&mu_);
        state_.CancelEnded();
        break;
      }
      case StreamState::Step::kFinish:
        Finish(ToGrpcStatus(status, max_details_bytes_));
        return;
    }
  }
}

}  // namespace specrelay
