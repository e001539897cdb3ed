// GET /api/events: what happens, as it happens.
#ifndef SPECRELAY_DASHBOARD_EVENTS_EVENT_ROUTES_H_
#define SPECRELAY_DASHBOARD_EVENTS_EVENT_ROUTES_H_

#include <vector>

#include "dashboard/events/event_fan_out.h"
#include "dashboard/events/event_stream.h"
#include "dashboard/events/rendered_events.h"
#include "dashboard/http/route.h"
#include "relay/live_streams.h"
#include "relay/relay.h"

namespace specrelay {

// What the routes work with. Thread-safe; must outlive the routes and every stream that they gave, so the HTTP server
// stops first. `streams` bounds the subscribers and ends them: RelayServer::streams() in production, so that HTTP and
// gRPC share the limits, the watch over keys, and the end.
struct EventServices {
  Relay& relay;
  LiveStreams& streams;
  EventStreamObserver& observer;
  EventStreamOptions options = {};

  EventFanOut fan_out = {};
  RenderedEvents rendered = {};
};

std::vector<Route> EventRoutes(EventServices& services);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_EVENT_ROUTES_H_
