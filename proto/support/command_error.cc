#include "proto/support/command_error.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"

namespace specrelay {
namespace {

constexpr char kPayloadUrl[] = "type.googleapis.com/specrelay.v1.CommandError";
constexpr size_t kMaxConflictContentBytes = 1 << 20;
// As the message travels, where each byte that is not printable ASCII takes three.
constexpr size_t kMaxEncodedMessageBytes = 1536;

bool ReadPayload(const absl::Status& status, v1::CommandError& error) {
  absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  return payload.has_value() && error.ParseFromString(std::string(*payload));
}

void SetPayload(absl::Status& status, const v1::CommandError& error) {
  status.SetPayload(kPayloadUrl, absl::Cord(error.SerializeAsString()));
}

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string CutMessage(absl::string_view message) {
  size_t encoded = 0;
  for (size_t end = 0; end < message.size(); ++end) {
    const char c = message[end];
    encoded += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
    if (encoded <= kMaxEncodedMessageBytes) continue;
    while (end > 0 && IsContinuationByte(message[end])) --end;
    return absl::StrCat(message.substr(0, end), "…");
  }
  return std::string(message);
}

std::string MakeDetails(const v1::CommandError& error) {
  v1::StatusDetails details;
  details.set_code(error.code());
  details.set_message(error.message());
  details.add_details()->PackFrom(error);
  return details.SerializeAsString();
}

bool IsCanonicalFailure(int code) { return code >= 1 && code <= 16; }

}  // namespace

absl::Status ConflictError(absl::string_view message, absl::string_view path, absl::string_view current_hash,
                           absl::string_view current) {
  v1::CommandError error;
  v1::ConflictDetail& conflict = *error.mutable_conflict();
  conflict.set_path(std::string(path));
  conflict.set_current_hash(std::string(current_hash));
  if (current.size() <= kMaxConflictContentBytes) {
    conflict.set_current_content(std::string(current));
  } else {
    conflict.set_content_omitted(true);
  }
  absl::Status status = absl::AbortedError(message);
  SetPayload(status, error);
  return status;
}

absl::Status PreconditionError(absl::StatusCode code, absl::string_view message, const v1::PreconditionDetail& detail) {
  v1::CommandError error;
  *error.mutable_precondition() = detail;
  absl::Status status(code, message);
  SetPayload(status, error);
  return status;
}

v1::CommandState FinalState(const absl::Status& status) {
  v1::CommandError error;
  if (ReadPayload(status, error) && error.state() != v1::COMMAND_STATE_UNSPECIFIED) return error.state();
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      return v1::COMMAND_STATE_CONFLICT;
    case absl::StatusCode::kDeadlineExceeded:
      return v1::COMMAND_STATE_UNKNOWN;
    case absl::StatusCode::kCancelled:
      return v1::COMMAND_STATE_CANCELLED;
    default:
      return v1::COMMAND_STATE_FAILED;
  }
}

v1::CommandError ToCommandError(const absl::Status& status) {
  v1::CommandError error;
  ReadPayload(status, error);
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  error.set_state(FinalState(status));
  return error;
}

absl::Status FromCommandError(const v1::CommandError& error) {
  const absl::StatusCode code =
      IsCanonicalFailure(error.code()) ? static_cast<absl::StatusCode>(error.code()) : absl::StatusCode::kInternal;
  absl::Status status(code, error.message());
  SetPayload(status, error);
  return status;
}

absl::Status WithCommand(absl::Status status, absl::string_view request_id, v1::CommandState state) {
  v1::CommandError error = ToCommandError(status);
  error.set_request_id(std::string(request_id));
  error.set_state(state);
  SetPayload(status, error);
  return status;
}

grpc::Status ToGrpcStatus(const absl::Status& status, size_t max_details_bytes) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  v1::CommandError error = ToCommandError(status);
  error.set_message(CutMessage(status.message()));
  std::string details = MakeDetails(error);
  if (details.size() > max_details_bytes && error.has_conflict()) {
    error.mutable_conflict()->clear_current_content();
    error.mutable_conflict()->set_content_omitted(true);
    details = MakeDetails(error);
  }
  if (details.size() > max_details_bytes) {
    error.clear_conflict();
    error.clear_precondition();
    details = MakeDetails(error);
  }
  return grpc::Status(code, error.message(), details);
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  absl::Status result(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  v1::StatusDetails details;
  v1::CommandError error;
  if (details.ParseFromString(status.error_details()) && details.details_size() > 0 &&
      details.details(0).UnpackTo(&error)) {
    SetPayload(result, error);
  }
  return result;
}

}  // namespace specrelay
