#include "tools/ctl/queue.h"

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {
namespace {

// Makes a call that answers at once, and prints the answer.
template <typename Request, typename Response>
absl::Status Call(const CtlContext& context, const Request& request,
                  grpc::Status (v1::Relay::Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  absl::string_view list = "") {
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  Response response;
  const auto call = client->NewContext(context.options.timeout);
  RETURN_IF_ERROR(FromGrpcStatus((client->stub().*method)(call.get(), request, &response)));
  return PrintMessage(context.out, response, list);
}

absl::Status List(const CtlContext& context) {
  if (context.options.project.empty()) {
    return UsageError("queue needs --project=ID; specrelay_ctl projects lists them");
  }
  v1::ListQueueRequest request;
  request.set_project_id(context.options.project);
  request.set_include_ended(true);
  return Call(context, request, &v1::Relay::Stub::ListQueue, "commands");
}

absl::Status Resolve(const CtlContext& context, const std::string& request_id, v1::ConflictResolution resolution) {
  v1::ResolveConflictRequest request;
  request.set_request_id(request_id);
  request.set_resolution(resolution);
  return Call(context, request, &v1::Relay::Stub::ResolveConflict);
}

}  // namespace

absl::Status RunQueue(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.empty()) return List(context);
  if (args.size() == 2 && !args[1].empty()) {
    if (args[0] == "get") {
      v1::GetQueuedCommandRequest request;
      request.set_request_id(args[1]);
      return Call(context, request, &v1::Relay::Stub::GetQueuedCommand);
    }
    if (args[0] == "cancel") {
      v1::CancelCommandRequest request;
      request.set_request_id(args[1]);
      return Call(context, request, &v1::Relay::Stub::CancelCommand);
    }
    if (args[0] == "resend") return Resolve(context, args[1], v1::CONFLICT_RESOLUTION_RESEND);
    if (args[0] == "discard") return Resolve(context, args[1], v1::CONFLICT_RESOLUTION_DISCARD);
  }
  return UsageError("queue takes nothing, or get, cancel, resend or discard and a request id");
}

}  // namespace specrelay
