#include "relay/agent_connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "google/protobuf/repeated_field.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_error.h"
#include "proto/support/frame_batch.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "relay/wire_message.h"

namespace specrelay {

std::shared_ptr<AgentConnection> AgentConnection::Start(grpc::CallbackServerContext& context, Principal principal,
                                                        LiveStreams::Admission admission,
                                                        AgentConnectionOptions options, Relay& relay,
                                                        const Clock& clock) {
  std::shared_ptr<AgentConnection> connection(
      new AgentConnection(context, std::move(principal), std::move(admission), options, relay, clock));
  connection->self_ = connection;
  connection->StartRead(&connection->incoming_);
  return connection;
}

AgentConnection::AgentConnection(grpc::CallbackServerContext& context, Principal principal,
                                 LiveStreams::Admission admission, AgentConnectionOptions options, Relay& relay,
                                 const Clock& clock)
    : context_(context),
      principal_(std::move(principal)),
      options_(options),
      relay_(relay),
      clock_(clock),
      opened_at_(clock.Now()),
      admission_(std::move(admission)),
      queue_(options.queue) {}

absl::Status AgentConnection::Enqueue(v1::RelayFrame frame) {
  absl::MutexLock lock(&mu_);
  if (state_.closing()) return absl::FailedPreconditionError("the agent's stream is ending");
  return queue_.Push(std::move(frame));
}

AgentSession::Queued AgentConnection::queued() const {
  absl::MutexLock lock(&mu_);
  return {static_cast<int64_t>(queue_.size()), static_cast<int64_t>(queue_.body_frames()), queue_.bytes(),
          queue_.free_bytes()};
}

void AgentConnection::OnReadDone(bool ok) {
  if (!ok) {
    OnNoMoreFrames();
    return;
  }
  relay_.observer().OnAgentBytes(static_cast<int64_t>(incoming_.Length()), 0);
  v1::AgentFrame frame;
  absl::Status status = ParseMessage(incoming_, frame);
  incoming_.Clear();
  if (status.ok()) status = HandleFrames(std::move(frame));
  if (!status.ok()) {
    Close(status);
    return;
  }
  StartRead(&incoming_);
}

void AgentConnection::OnNoMoreFrames() {
  if (context_.IsCancelled()) {
    OnCancel();
  } else if (reading_session_ == kNoSession) {
    Close(absl::InvalidArgumentError("the first frame must be Register"));
  } else {
    EndWith(absl::OkStatus(), absl::CancelledError("the agent closed its stream"));
  }
}

absl::Status AgentConnection::HandleFrames(v1::AgentFrame frame) {
  if (frame.more_size() > kMaxBatchFrames) {
    return absl::InvalidArgumentError(
        absl::StrCat("a frame held ", frame.more_size(), " more; at most ", kMaxBatchFrames, " are taken"));
  }
  google::protobuf::RepeatedPtrField<v1::AgentFrame> more = std::move(*frame.mutable_more());
  RETURN_IF_ERROR(HandleFrame(std::move(frame)));
  for (v1::AgentFrame& next : more) RETURN_IF_ERROR(HandleFrame(std::move(next)));
  return absl::OkStatus();
}

absl::Status AgentConnection::HandleFrame(v1::AgentFrame frame) {
  if (reading_session_ == kNoSession) {
    if (!frame.has_register_()) return absl::InvalidArgumentError("the first frame must be Register");
    return HandleRegister(std::move(*frame.mutable_register_()));
  }
  if (frame.has_register_()) {
    return absl::InvalidArgumentError("Register came twice on one stream; open another stream for another project");
  }
  if (frame.frame_case() != v1::AgentFrame::FRAME_NOT_SET) relay_.OnFrame(reading_session_, std::move(frame));
  return absl::OkStatus();
}

absl::Status AgentConnection::HandleRegister(v1::Register registration) {
  const bool takes_batches = Names(registration, kBatchCapability);
  ASSIGN_OR_RETURN(reading_session_, relay_.Register(principal_, std::move(registration), shared_from_this()));
  absl::Status reason;
  std::vector<std::string> unsent;
  {
    absl::MutexLock lock(&mu_);
    session_ = reading_session_;
    takes_batches_ = takes_batches;
    if (!state_.closing()) return absl::OkStatus();
    // The end began while the relay took the agent in, and nobody could tell it yet.
    reason = end_reason_;
    unsent = std::exchange(unsent_, {});
  }
  relay_.Disconnect(reading_session_, reason, unsent);
  return absl::OkStatus();
}

void AgentConnection::OnWriteDone(bool ok) {
  outgoing_.Clear();
  {
    absl::MutexLock lock(&mu_);
    state_.WriteEnded(ok);
  }
  if (ok) {
    Pump();
  } else {
    OnCancel();
  }
}

void AgentConnection::OnCancel() {
  {
    absl::MutexLock lock(&mu_);
    state_.Break();
  }
  const absl::Status reason = absl::UnavailableError("the connection to the agent was lost");
  EndWith(reason, reason);
}

void AgentConnection::OnDone() {
  admission_ = LiveStreams::Admission();
  const std::shared_ptr<AgentConnection> self = std::move(self_);  // its end may delete this
}

void AgentConnection::Tick(absl::Time now) {
  absl::Status reason;
  {
    absl::MutexLock lock(&mu_);
    if (state_.closing()) {
      if (state_.ClosingAge(now) <= options_.linger) return;
      state_.RequestCancel();
    } else if (state_.WriteAge(now) > options_.write_timeout) {
      reason = absl::DeadlineExceededError(
          absl::StrCat("the agent took no frame for ", absl::FormatDuration(options_.write_timeout)));
    } else if (session_ == kNoSession && now - opened_at_ > options_.register_timeout) {
      reason = absl::DeadlineExceededError(
          absl::StrCat("no Register came within ", absl::FormatDuration(options_.register_timeout)));
    } else {
      return;
    }
  }
  if (reason.ok()) {
    Pump();
  } else {
    Close(reason);
  }
}

void AgentConnection::EndWith(const absl::Status& status, const absl::Status& reason) {
  SessionId session = kNoSession;
  std::vector<std::string> unsent;
  bool first = false;
  {
    absl::MutexLock lock(&mu_);
    const absl::Time now = clock_.Now();
    first = state_.Close(status, now);
    if (first) {
      // A write that has taken so long already will not end within the time that is left.
      if (state_.WriteAge(now) > options_.linger) state_.RequestCancel();
      session = session_;
      end_reason_ = reason;
      unsent_ = queue_.TakeCommands();
      if (session != kNoSession) unsent = std::exchange(unsent_, {});
    }
  }
  if (session != kNoSession) {
    relay_.Disconnect(session, reason, unsent);
  } else if (first) {
    Log(LogLevel::kInfo, "agent refused", {{"account", principal_.account}, {"reason", std::string(reason.message())}});
  }
  Pump();
}

void AgentConnection::Pump() {
  // Once Finish is called, OnDone may run on another thread while this one is still inside.
  const std::shared_ptr<AgentConnection> self = shared_from_this();
  while (true) {
    v1::RelayFrame frame;
    bool more = false;
    bool first = false;
    absl::Status status;
    StreamState::Step step;
    {
      absl::MutexLock lock(&mu_);
      step = state_.Next(!queue_.empty(), clock_.Now());
      if (step == StreamState::Step::kWrite) {
        frame = takes_batches_ ? queue_.PopBatch() : queue_.Pop();
        more = !queue_.empty();
        first = !std::exchange(wrote_, true);
      }
      status = state_.finish_status();
    }
    switch (step) {
      case StreamState::Step::kNone:
        return;
      case StreamState::Step::kWrite: {
        outgoing_ = SerializeMessage(frame);
        relay_.observer().OnAgentBytes(0, static_cast<int64_t>(outgoing_.Length()));
        grpc::WriteOptions options;
        // The first write carries the initial metadata and, held back, would never end.
        if (more && !first) options.set_buffer_hint();
        StartWrite(&outgoing_, options);
        return;
      }
      case StreamState::Step::kCancel: {
        context_.TryCancel();
        absl::MutexLock lock(&mu_);
        state_.CancelEnded();
        break;
      }
      case StreamState::Step::kFinish:
        Finish(ToGrpcStatus(status));
        return;
    }
  }
}

}  // namespace specrelay
