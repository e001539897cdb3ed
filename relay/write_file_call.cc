#include "relay/write_file_call.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "relay/caller_authentication.h"
#include "relay/wire_message.h"

namespace specrelay {
namespace {

constexpr size_t kMaxDataBytes = size_t{1} << 20;

v1::ExecuteRequest CommandOf(v1::WriteFileStart start) {
  v1::ExecuteRequest request;
  request.set_project_id(std::move(*start.mutable_project_id()));
  request.set_request_id(start.request_id().empty() ? NewRequestId() : std::move(*start.mutable_request_id()));
  if (start.has_timeout()) *request.mutable_timeout() = start.timeout();
  request.mutable_command()->mutable_file_write()->Swap(start.mutable_file());
  return request;
}

}  // namespace

std::shared_ptr<WriteFileCall> WriteFileCall::Start(grpc::CallbackServerContext& context, Caller caller,
                                                    absl::Time client_deadline, LiveStreams::Admission admission,
                                                    grpc::ByteBuffer* response, Relay& relay) {
  std::shared_ptr<WriteFileCall> call(
      new WriteFileCall(context, std::move(caller), client_deadline, std::move(admission), response, relay));
  call->self_ = call;
  call->StartRead(&call->incoming_);
  return call;
}

WriteFileCall::WriteFileCall(grpc::CallbackServerContext& context, Caller caller, absl::Time client_deadline,
                             LiveStreams::Admission admission, grpc::ByteBuffer* response, Relay& relay)
    : caller_(std::move(caller)),
      client_deadline_(client_deadline),
      max_details_bytes_(MaxDetailsBytes(context.client_metadata())),
      response_(response),
      relay_(relay),
      admission_(std::move(admission)) {}

// --- The client ------------------------------------------------------------------------------------------------------

void WriteFileCall::OnReadDone(bool ok) {
  // The call may end while this one is still inside.
  const std::shared_ptr<WriteFileCall> self = shared_from_this();
  absl::Status status = absl::InvalidArgumentError("the call ended before `end` had come; nothing was written");
  if (ok) {
    relay_.observer().OnClientBytes(static_cast<int64_t>(incoming_.Length()), 0);
    v1::WriteFileRequest part;
    status = ParseMessage(incoming_, part);
    incoming_.Clear();
    if (status.ok()) status = TakePart(std::move(part));
  }
  if (!status.ok()) return Fail(status);
  {
    absl::MutexLock lock(&mu_);
    reading_ = false;
  }
  Pump();
}

absl::Status WriteFileCall::TakePart(v1::WriteFileRequest part) {
  const bool begun = !request_id_.empty();
  if (part.has_start() == begun) {
    return absl::InvalidArgumentError(begun ? "`start` came twice; make another call for another file"
                                            : "the first message must hold `start`");
  }
  switch (part.part_case()) {
    case v1::WriteFileRequest::kStart:
      return Begin(std::move(*part.mutable_start()));
    case v1::WriteFileRequest::kData:
      return TakeData(std::move(*part.mutable_data()));
    case v1::WriteFileRequest::kEnd:
      return TakeEnd(part.end());
    case v1::WriteFileRequest::PART_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a message holds none of `start`, `data` and `end`");
}

absl::Status WriteFileCall::Begin(v1::WriteFileStart start) {
  if (!start.file().content().empty()) {
    return absl::InvalidArgumentError("`start` holds content; send it as `data`");
  }
  v1::ExecuteRequest request = CommandOf(std::move(start));
  request_id_ = request.request_id();
  {
    absl::MutexLock lock(&mu_);
    sender_.emplace(request_id_);
  }
  absl::StatusOr<CommandTicket> ticket = relay_.ExecuteStreamed(
      caller_, std::move(request), client_deadline_, shared_from_this(),
      [self = shared_from_this()](v1::CommandStatus status) { self->OnOutcome(std::move(status)); });
  if (!ticket.ok()) return ticket.status();
  absl::MutexLock lock(&mu_);
  ticket_ = *std::move(ticket);
  return absl::OkStatus();
}

absl::Status WriteFileCall::TakeData(std::string data) {
  if (data.size() > kMaxDataBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("`data` has ", data.size(), " bytes; send at most ", kMaxDataBytes, " in one message"));
  }
  absl::MutexLock lock(&mu_);
  data_ = std::move(data);
  data_sent_ = 0;
  return absl::OkStatus();
}

absl::Status WriteFileCall::TakeEnd(const v1::WriteFileEnd& end) {
  absl::MutexLock lock(&mu_);
  const std::string hash = sender_->hash();
  if (!end.hash().empty() && end.hash() != hash) {
    return absl::InvalidArgumentError(absl::StrCat("the content arrived with the SHA-256 ", hash,
                                                   ", which is not the one in `end`; nothing was written"));
  }
  ending_ = Ending::kAnnounced;
  return absl::OkStatus();
}

// --- The agent -------------------------------------------------------------------------------------------------------

void WriteFileCall::OnStep(v1::Transfer step) {
  const absl::Status taken = TakeStep(step);
  if (!taken.ok()) return Fail(taken);
  Pump();
}

absl::Status WriteFileCall::TakeStep(const v1::Transfer& step) {
  const auto broken = [](absl::string_view what) {
    return absl::InternalError(absl::StrCat("the agent's transfer is broken: ", what, "; update the agent"));
  };
  if (step.has_abort()) return FromCommandError(step.abort().error());
  if (!step.has_grant()) return absl::OkStatus();  // a body that nobody asked for, or of a later version
  absl::MutexLock lock(&mu_);
  const absl::Status granted = sender_->OnGrant(step.grant());
  if (granted.ok()) return granted;
  // Once it has all of the content it may write it, whatever else it says.
  return ending_ == Ending::kSent ? WithCommand(broken(granted.message()), request_id_, v1::COMMAND_STATE_UNKNOWN)
                                  : broken(granted.message());
}

void WriteFileCall::Pump() {
  // Once Finish is called, OnDone may run on another thread while this one is still inside.
  const std::shared_ptr<WriteFileCall> self = shared_from_this();
  {
    absl::MutexLock lock(&mu_);
    if (pumping_) return;
    pumping_ = true;
  }
  while (true) {
    v1::Transfer step;
    Next next;
    absl::Status end;
    {
      absl::MutexLock lock(&mu_);
      next = ChooseLocked(step);
      pumping_ = next != Next::kNothing;
      if (next == Next::kFinish) end = *end_;
    }
    switch (next) {
      case Next::kNothing:
        return;
      case Next::kSend:
        if (const absl::Status sent = relay_.SendStep(caller_.principal.account, *this, std::move(step)); !sent.ok()) {
          Fail(sent);
        }
        break;
      case Next::kRead:
        StartRead(&incoming_);
        break;
      case Next::kFinish:
        Finish(ToGrpcStatus(end, max_details_bytes_));
        return;  // nobody pumps any more
    }
  }
}

WriteFileCall::Next WriteFileCall::ChooseLocked(v1::Transfer& step) {
  if (end_.has_value()) return Next::kFinish;
  if (!data_.empty()) {
    if (sender_->room() <= 0) return Next::kNothing;
    step = NextChunkLocked();
    return Next::kSend;
  }
  if (ending_ == Ending::kAnnounced) {
    ending_ = Ending::kSent;
    step = sender_->End();
    return Next::kSend;
  }
  if (ending_ == Ending::kSent || reading_) return Next::kNothing;
  reading_ = true;
  return Next::kRead;
}

v1::Transfer WriteFileCall::NextChunkLocked() {
  std::string bytes = data_.substr(data_sent_, static_cast<size_t>(sender_->room()));
  data_sent_ += bytes.size();
  if (data_sent_ == data_.size()) std::string().swap(data_);
  return sender_->Chunk(std::move(bytes));
}

// --- The end ---------------------------------------------------------------------------------------------------------

void WriteFileCall::OnOutcome(v1::CommandStatus status) {
  absl::Status outcome = OutcomeOf(status);
  if (outcome.ok()) outcome = CheckWritten(status);
  if (!outcome.ok()) return EndWith(outcome);
  v1::WriteFileResponse response;
  response.set_request_id(std::move(*status.mutable_request_id()));
  response.set_agent_instance(std::move(*status.mutable_agent_instance()));
  response.mutable_file()->Swap(status.mutable_result()->mutable_file_write());
  const grpc::ByteBuffer bytes = SerializeMessage(response);
  relay_.observer().OnClientBytes(0, static_cast<int64_t>(bytes.Length()));
  EndWith(absl::OkStatus(), bytes);
}

absl::Status WriteFileCall::CheckWritten(const v1::CommandStatus& status) {
  absl::MutexLock lock(&mu_);
  // The answer to an id that is known may come before the content, whose hash is then the client's to compare.
  if (ending_ != Ending::kSent || status.result().file_write().version().hash() == sender_->hash()) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the request id ", status.request_id(), " was used for other content before; choose another"));
}

void WriteFileCall::Fail(const absl::Status& status) {
  if (!request_id_.empty()) relay_.FailBody(caller_.principal.account, request_id_, *this, status);
  EndWith(status);
}

void WriteFileCall::EndWith(const absl::Status& status, const grpc::ByteBuffer& response) {
  {
    absl::MutexLock lock(&mu_);
    if (!end_.has_value()) {
      end_ = status;
      *response_ = response;  // which shares the bytes
      std::string().swap(data_);
    }
  }
  Pump();
}

void WriteFileCall::End(const absl::Status& status) {
  Abandon();
  EndWith(status);
}

void WriteFileCall::OnCancel() { End(absl::CancelledError("the client no longer waits; nothing was written")); }

void WriteFileCall::OnDone() {
  admission_ = LiveStreams::Admission();
  const std::shared_ptr<WriteFileCall> self = std::move(self_);  // its end may delete this
}

void WriteFileCall::Abandon() {
  CommandTicket ticket;
  {
    absl::MutexLock lock(&mu_);
    ticket = ticket_;
  }
  if (!ticket.account.empty()) relay_.Abandon(ticket);
}

}  // namespace specrelay
