#include "tools/ctl/watch.h"

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {
namespace {

absl::Status TellStart(const CtlContext& context, const std::string& cursor) {
  nlohmann::ordered_json line;
  line["watching"] = context.options.project.empty() ? "all projects" : context.options.project;
  line["cursor"] = cursor;
  return PrintLine(context.err, line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

// The end of a stream is always a failure here: a watch that wanted no more has not waited for it.
absl::Status EndOf(const grpc::Status& status, const std::string& cursor) {
  absl::Status end = status.ok() ? absl::UnavailableError("the relay ended the stream") : FromGrpcStatus(status);
  if (cursor.empty()) return end;
  return absl::Status(end.code(), absl::StrCat(end.message(), "; go on with --cursor=", cursor));
}

// State of a watch between messages.
struct Progress {
  std::string cursor;
  int printed = 0;
};

absl::Status PrintEvents(const CtlContext& context, const v1::WatchResponse& response, Progress& progress) {
  for (const v1::Event& event : response.events()) {
    RETURN_IF_ERROR(PrintMessage(context.out, event));
    progress.cursor = event.cursor();
    if (++progress.printed == context.options.count) return absl::OkStatus();
  }
  if (!response.cursor().empty()) progress.cursor = response.cursor();
  return absl::OkStatus();
}

}  // namespace

absl::Status RunWatch(const CtlContext& context, const std::vector<std::string>& args) {
  const CtlOptions& options = context.options;
  if (!args.empty()) return UsageError("watch takes no arguments; --project=ID limits it to one project");
  if (options.count < 0) return UsageError("--count must not be negative");
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(options));
  v1::WatchRequest request;
  request.set_project_id(options.project);
  request.set_cursor(options.cursor);
  const auto call = client->NewContext();
  const auto stream = client->stub().Watch(call.get(), request);
  Progress progress{options.cursor};
  absl::Status result = absl::OkStatus();
  v1::WatchResponse response;
  bool started = false;
  while (result.ok() && stream->Read(&response)) {
    if (!started) result = TellStart(context, response.cursor());
    started = true;
    if (result.ok()) result = PrintEvents(context, response, progress);
    if (options.count > 0 && progress.printed == options.count) break;
  }
  const bool wants_no_more = !result.ok() || (options.count > 0 && progress.printed == options.count);
  if (wants_no_more) call->TryCancel();
  const grpc::Status end = stream->Finish();
  return wants_no_more ? result : EndOf(end, progress.cursor);
}

}  // namespace specrelay
