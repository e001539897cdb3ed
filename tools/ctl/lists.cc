#include "tools/ctl/lists.h"

#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {

absl::Status RunProjects(const CtlContext& context, const std::vector<std::string>& args) {
  if (!args.empty()) return UsageError("projects takes no arguments");
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::ListProjectsResponse response;
  const auto call = client->NewContext(context.options.timeout);
  RETURN_IF_ERROR(FromGrpcStatus(client->stub().ListProjects(call.get(), v1::ListProjectsRequest(), &response)));
  return PrintMessage(context.out, response, "projects");
}

absl::Status RunAgents(const CtlContext& context, const std::vector<std::string>& args) {
  if (!args.empty()) return UsageError("agents takes no arguments; --project=ID limits the list");
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::ListAgentsRequest request;
  request.set_project_id(context.options.project);
  v1::ListAgentsResponse response;
  const auto call = client->NewContext(context.options.timeout);
  RETURN_IF_ERROR(FromGrpcStatus(client->stub().ListAgents(call.get(), request, &response)));
  return PrintMessage(context.out, response, "agents");
}

}  // namespace specrelay
