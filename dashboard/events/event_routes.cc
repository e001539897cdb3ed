#include "dashboard/events/event_routes.h"

#include <memory>
#include <string>
#include <utility>

#include "dashboard/events/event_text.h"
#include "dashboard/http/error_response.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// How long a client that finds no place is to wait.
constexpr char kRetryAfterSeconds[] = "10";

// Browsers send the header when they connect again; who cannot set headers uses the parameter.
std::string LastEventId(const HttpRequest& request) {
  const std::string header = request.Header("Last-Event-ID");
  return header.empty() ? request.QueryParameter("lastEventId") : header;
}

absl::StatusOr<std::shared_ptr<EventStream>> Open(EventServices& services, const CallContext& context) {
  v1::WatchRequest request;
  request.set_project_id(context.request.QueryParameter("projectId"));
  request.set_cursor(CursorFromEventId(LastEventId(context.request)));
  const Principal& principal = context.caller.principal;
  ASSIGN_OR_RETURN(Relay::WatchStart start, services.relay.Watch(principal, request));
  ASSIGN_OR_RETURN(LiveStreams::Admission admission, services.streams.Admit(StreamKind::kWatcher, principal.account));
  std::shared_ptr<EventStream> stream = EventStream::Start(
      {services.options, services.relay.clock(), services.relay.wall_clock(), services.rendered, services.observer,
       principal, context.authenticated_until, request.project_id(), std::move(start), std::move(admission)},
      services.fan_out);
  services.streams.Add(stream);
  return stream;
}

HttpResponse Answer(EventServices& services, const CallContext& context) {
  absl::StatusOr<std::shared_ptr<EventStream>> stream = Open(services, context);
  if (!stream.ok()) {
    // No fault of the client's: there are too many of them.
    const bool full = absl::IsResourceExhausted(stream.status());
    HttpResponse refusal = full ? HttpResponse::Error(503, stream.status().message()) : ErrorResponse(stream.status());
    if (refusal.status == 503) refusal.SetHeader("Retry-After", kRetryAfterSeconds);
    return refusal;
  }
  HttpResponse response;
  response.SetHeader("Content-Type", "text/event-stream");
  response.SetHeader("Cache-Control", "no-store");
  response.SetHeader("X-Accel-Buffering", "no");  // nginx passes each write on at once
  response.stream = *std::move(stream);
  return response;
}

}  // namespace

std::vector<Route> EventRoutes(EventServices& services) {
  Route events;
  events.method = "GET";
  events.pattern = "/api/events";
  events.access = Access::kViewer;
  events.summary =
      "Streams events (text/event-stream); goes on after the one that the header Last-Event-ID names, and begins with "
      "a resync when that is no longer possible";
  events.query = {{"projectId", "Only events of this project; without it, of all that the key may see"},
                  {"lastEventId", "The same as the header Last-Event-ID, for clients that cannot set it"}};
  events.statuses = {404, 503};
  events.handler = [&services](const CallContext& context) { return Answer(services, context); };
  return {std::move(events)};
}

}  // namespace specrelay
