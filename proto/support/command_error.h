// The one place where absl::Status, grpc::Status and CommandError become each other.
//
// A command's failure travels as an absl::Status whose payload, when it has one, is a CommandError: its conflict or
// precondition says more than code and message can.
#ifndef SPECRELAY_PROTO_SUPPORT_COMMAND_ERROR_H_
#define SPECRELAY_PROTO_SUPPORT_COMMAND_ERROR_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "grpcpp/support/status.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// ABORTED: the file at `path` is not the one the command was based on. `current` is its content now; `current_hash` is
// empty when it does not exist. Content over 1 MiB is left out.
absl::Status ConflictError(absl::string_view message, absl::string_view path, absl::string_view current_hash,
                           absl::string_view current);

// FAILED_PRECONDITION or ALREADY_EXISTS with who made it so and when.
absl::Status PreconditionError(absl::StatusCode code, absl::string_view message, const v1::PreconditionDetail& detail);

// State that a command ends in when it fails with `status`: CONFLICT for ABORTED, UNKNOWN for DEADLINE_EXCEEDED,
// CANCELLED for CANCELLED, else FAILED. A state in the payload goes first.
v1::CommandState FinalState(const absl::Status& status);

// `status` (not OK) as a message, with its payload's details, code, message and state filled in.
v1::CommandError ToCommandError(const absl::Status& status);

// The reverse. An error whose code is no canonical failure becomes INTERNAL.
absl::Status FromCommandError(const v1::CommandError& error);

// Adds `request_id` and `state` to the payload of `status`.
absl::Status WithCommand(absl::Status status, absl::string_view request_id, v1::CommandState state);

// Metadata of a request with which a client says how large status details it takes, in bytes as a decimal number; its
// own limit on metadata must be higher by a half (they travel as base64).
inline constexpr char kMaxDetailsMetadataKey[] = "specrelay-max-details-bytes";
inline constexpr size_t kDefaultMaxDetailsBytes = 4096;
inline constexpr size_t kHighestMaxDetailsBytes = 1 << 20;

// `status` for a gRPC call; the CommandError goes into the status details. What makes the details larger than
// `max_details_bytes` is left out: first a conflict's content, then all facts but code, state and request id. Messages
// are cut to about 1.5 KiB of valid UTF-8. With the default everything fits into the 8 KiB of trailers that gRPC
// clients accept unless told otherwise; beyond them they would report another error instead of this one.
grpc::Status ToGrpcStatus(const absl::Status& status, size_t max_details_bytes = kDefaultMaxDetailsBytes);

// A gRPC call's status, with the CommandError from its details as payload.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_COMMAND_ERROR_H_
