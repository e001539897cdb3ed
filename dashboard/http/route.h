// The table of routes: the one source of what the server answers, who may ask, and what the API's description says.
#ifndef SPECRELAY_DASHBOARD_HTTP_ROUTE_H_
#define SPECRELAY_DASHBOARD_HTTP_ROUTE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "dashboard/http/http_message.h"
#include "relay/relay.h"

namespace specrelay {

// The least role that may use a route. Agents' keys use none but the open ones.
enum class Access { kOpen, kViewer, kUser, kAdmin };

// One request to a route, after it was let through. Lives as long as the handler runs, or the PendingResponse that it
// gave; a ResponseStream copies what it needs.
struct CallContext {
  const HttpRequest& request;
  Caller caller;           // of an open route: empty unless the request was authenticated all the same
  std::string request_id;  // X-Request-Id, or a new one: the idempotency key of a write
  absl::Time deadline;     // when the server gives up on handlers of ordinary length
  // When the caller's session ends, and with it what goes on after the handler; a key's end is told by the KeyStore.
  absl::Time authenticated_until = absl::InfiniteFuture();
};

// May block; runs on a thread of the server's pool. Never throws.
using RouteHandler = std::function<HttpResponse(const CallContext& context)>;

// The same for what is answered without blocking; runs on a thread that serves others, too.
using PendingRouteHandler = std::function<std::unique_ptr<PendingResponse>(const CallContext& context)>;

// A parameter after "?", for the API's description.
struct QueryParameter {
  std::string name;
  std::string description;
};

struct Route {
  std::string method;   // "GET", …; a GET answers HEAD as well
  std::string pattern;  // segments of text or {parameters}: "/api/projects/{projectId}/info"; text wins over parameters
  Access access = Access::kAdmin;
  std::string summary;                // one line for the API's description
  std::string request_schema;         // JSON Schema of the body; empty: no body
  std::string response_schema;        // JSON Schema of the answer to success; empty: none, or not JSON
  RouteHandler handler;               // or, of a GET, `begin`
  std::vector<QueryParameter> query;  // what the handler takes after "?"
  std::vector<int> statuses;          // with which it may answer besides success and what every route may refuse with
  PendingRouteHandler begin = nullptr;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_ROUTE_H_
