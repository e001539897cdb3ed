#include "tools/ctl/exec.h"

#include <fstream>
#include <istream>
#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {
namespace {

constexpr size_t kMaxJsonBytes = 128 << 20;  // a file of 64 MiB as base64, and room
constexpr int kRequestIdLength = 22;

absl::StatusOr<std::string> ReadJson(std::istream& stream, absl::string_view source) {
  std::string text;
  char buffer[1 << 16];
  while (stream.read(buffer, sizeof(buffer)) || stream.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(stream.gcount()));
    if (text.size() > kMaxJsonBytes) {
      return absl::ResourceExhaustedError(absl::StrCat(source, " holds more than ", kMaxJsonBytes, " bytes of JSON"));
    }
  }
  return text;
}

// What --json says: the text itself, "@<file>", or "-" for the standard input.
absl::StatusOr<std::string> JsonOf(const CtlContext& context) {
  const std::string& json = context.options.json;
  if (json == "-") return ReadJson(context.in, "the standard input");
  if (!absl::StartsWith(json, "@")) return json;
  const std::string path = json.substr(1);
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return UsageError(absl::StrCat("cannot read ", path, ", which --json names; check the path"));
  return ReadJson(file, path);
}

absl::StatusOr<v1::Command> CommandOf(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.size() != 1) return UsageError("give exactly one command; specrelay_ctl commands lists them");
  const CommandInfo* info = FindCommandByName(args[0]);
  if (info == nullptr) {
    return UsageError(absl::StrCat("there is no command \"", args[0], "\"; specrelay_ctl commands lists them"));
  }
  ASSIGN_OR_RETURN(const std::string json, JsonOf(context));
  v1::Command command;
  const absl::Status parsed = FromJson(json, *command.GetReflection()->MutableMessage(&command, info->field));
  if (parsed.ok()) return command;
  return absl::InvalidArgumentError(
      absl::StrCat("--json is ", parsed.message(), "; specrelay_ctl commands lists the fields"));
}

absl::StatusOr<v1::OfflinePolicy> OfflinePolicyOf(const CtlOptions& options) {
  if (options.offline_policy == "fail") return v1::OFFLINE_POLICY_FAIL;
  if (options.offline_policy == "queue") return v1::OFFLINE_POLICY_QUEUE;
  if (options.offline_policy == "wait") return v1::OFFLINE_POLICY_WAIT;
  return UsageError(absl::StrCat("--offline_policy=", options.offline_policy, " is none of fail, queue and wait"));
}

// Fills an ExecuteRequest or a SubmitRequest, which have the same fields.
template <typename Request>
absl::StatusOr<Request> RequestOf(const CtlContext& context, const std::vector<std::string>& args) {
  const CtlOptions& options = context.options;
  Request request;
  ASSIGN_OR_RETURN(*request.mutable_command(), CommandOf(context, args));
  if (options.project.empty()) return UsageError("--project=ID is needed; specrelay_ctl projects lists them");
  ASSIGN_OR_RETURN(const v1::OfflinePolicy policy, OfflinePolicyOf(options));
  RETURN_IF_ERROR(CheckTimeout(options));
  request.set_project_id(options.project);
  request.set_request_id(RequestIdOf(options));
  *request.mutable_timeout() = ToProto(options.timeout);
  request.set_offline_policy(policy);
  return request;
}

// Whether nobody can say what became of a call that failed like this before the relay could answer.
bool LeavesDoubt(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return true;
    default:
      return false;
  }
}

bool IsFinal(v1::CommandState state) { return state >= v1::COMMAND_STATE_APPLIED; }

// How a command ended, as the status of `wait`.
absl::Status OutcomeOf(const v1::CommandStatus& status) {
  if (status.state() == v1::COMMAND_STATE_APPLIED) return absl::OkStatus();
  const std::string& id = status.request_id();
  if (!IsFinal(status.state())) {
    return WithCommand(absl::DeadlineExceededError("the command has not ended yet; wait again with a longer --timeout"),
                       id, status.state());
  }
  if (status.has_error()) return WithCommand(FromCommandError(status.error()), id, status.state());
  const std::string message = absl::StrCat("the command ended as ", v1::CommandState_Name(status.state()));
  switch (status.state()) {
    case v1::COMMAND_STATE_CONFLICT:
      return WithCommand(absl::AbortedError(message), id, status.state());
    case v1::COMMAND_STATE_EXPIRED:
    case v1::COMMAND_STATE_UNKNOWN:
      return WithCommand(absl::DeadlineExceededError(message), id, status.state());
    case v1::COMMAND_STATE_CANCELLED:
      return WithCommand(absl::CancelledError(message), id, status.state());
    default:
      return WithCommand(absl::UnknownError(message), id, status.state());
  }
}

}  // namespace

absl::Status CheckTimeout(const CtlOptions& options) {
  if (options.timeout > absl::ZeroDuration() && options.timeout != absl::InfiniteDuration()) return absl::OkStatus();
  return UsageError("--timeout must be a positive duration, for example --timeout=30s");
}

std::string RequestIdOf(const CtlOptions& options) {
  return options.request_id.empty() ? absl::StrCat("ctl-", RandomBase62(kRequestIdLength)) : options.request_id;
}

absl::Status CallFailure(const grpc::Status& status, const std::string& request_id) {
  const absl::Status failure = FromGrpcStatus(status);
  const bool has_details = !status.error_details().empty();
  if (has_details && !ToCommandError(failure).request_id().empty()) return failure;
  if (has_details || !LeavesDoubt(failure.code())) return WithCommand(failure, request_id, FinalState(failure));
  const std::string message = absl::StrCat(
      "no answer from the relay (", failure.message(),
      "): the command may or may not have been applied; sending it again with --request_id=", request_id, " is safe");
  return WithCommand(absl::Status(failure.code(), message), request_id, v1::COMMAND_STATE_UNKNOWN);
}

absl::Status RunExec(const CtlContext& context, const std::vector<std::string>& args) {
  ASSIGN_OR_RETURN(const auto request, RequestOf<v1::ExecuteRequest>(context, args));
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::ExecuteResponse response;
  const auto call = client->NewContext(context.options.timeout + kDeadlineSlack);
  const grpc::Status status = client->stub().Execute(call.get(), request, &response);
  if (!status.ok()) return CallFailure(status, request.request_id());
  return PrintMessage(context.out, response);
}

absl::Status RunSubmit(const CtlContext& context, const std::vector<std::string>& args) {
  ASSIGN_OR_RETURN(const auto request, RequestOf<v1::SubmitRequest>(context, args));
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::SubmitResponse response;
  const auto call = client->NewContext(context.options.timeout + kDeadlineSlack);
  const grpc::Status status = client->stub().Submit(call.get(), request, &response);
  if (!status.ok()) return CallFailure(status, request.request_id());
  return PrintMessage(context.out, response);
}

absl::Status RunWait(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.size() != 1 || args[0].empty()) return UsageError("wait needs the request id that exec or submit told");
  RETURN_IF_ERROR(CheckTimeout(context.options));
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::WaitCommandRequest request;
  request.set_request_id(args[0]);
  *request.mutable_timeout() = ToProto(context.options.timeout);
  v1::CommandStatus response;
  const auto call = client->NewContext(context.options.timeout + kDeadlineSlack);
  const grpc::Status status = client->stub().WaitCommand(call.get(), request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  RETURN_IF_ERROR(PrintMessage(context.out, response));
  return OutcomeOf(response);
}

}  // namespace specrelay
