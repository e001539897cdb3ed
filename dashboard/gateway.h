// The HTTP side of the server: the table of routes, what each request passes on its way to one, and the port.
#ifndef SPECRELAY_DASHBOARD_GATEWAY_H_
#define SPECRELAY_DASHBOARD_GATEWAY_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "absl/types/variant.h"
#include "dashboard/api/api_call.h"
#include "dashboard/auth/front_door.h"
#include "dashboard/events/event_routes.h"
#include "dashboard/http/http_server.h"
#include "dashboard/http/router.h"
#include "dashboard/metrics/audit_line.h"
#include "dashboard/metrics/server_metrics.h"
#include "dashboard/site/site.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"
#include "relay/live_streams.h"
#include "relay/relay.h"

namespace specrelay {

struct GatewayOptions {
  HttpServerOptions http;
  FrontDoorOptions front_door;                      // `tls` is taken from `http`
  std::string web_root;                             // the website's directory; empty: there is none
  int max_waiting = 256;                            // long polls at once, each of which holds a thread
  absl::Duration handler_time = absl::Seconds(30);  // CallContext::deadline
  size_t max_open_body_bytes = 64 << 10;            // of requests to routes that strangers may use
};

// What the gateway works with; all outlives it.
struct GatewayServices {
  Relay& relay;
  KeyStore& keys;
  LiveStreams& streams;  // those of HTTP are among them
  const Clock& clock;
  ServerMetrics& metrics;
  std::function<bool()> ready;  // whether the server takes new work
};

// Thread-safe. A request passes, in this order: its host is one of the server's; its id is valid; there is a route;
// whoever sends it is known, comes from the own website if a browser, and has the role that the route asks for. Then
// the route's handler answers. Addresses without a route are the website's. Every answer is counted, and each write
// leaves a line in the log.
class Gateway {
 public:
  // Listens and serves. Errors as of HttpServer::Start, FrontDoor::Open and Site::Open.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const GatewayOptions& options, GatewayServices services);

  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  // Where it listens, with the real port.
  const ListenAddress& address() const { return http_->address(); }

  const std::vector<Route>& routes() const { return router_->routes(); }

  // An address on this machine that logs a browser in as `principal`, once.
  absl::StatusOr<std::string> MakeLoginUrl(const Principal& principal);

  // As HttpServer::Stop.
  void Stop() { http_->Stop(); }

 private:
  Gateway(const GatewayOptions& options, GatewayServices services);

  // A request that has passed all there is before the handler.
  struct Admitted {
    const Route* route;
    FrontDoor::Admission admission;
  };

  std::vector<Route> MakeRoutes();
  void AddGauges();

  class PendingCall;

  HttpResponse Handle(HttpRequest& request);
  // As of RequestHandlers.
  std::unique_ptr<PendingResponse> Begin(HttpRequest& request);
  // The same for a request whose body is large and not read yet: a stranger's is not worth reading.
  absl::optional<HttpResponse> RefuseEarly(HttpRequest request, size_t body_bytes);
  // These add to `answered` what they learn.
  absl::variant<Admitted, HttpResponse> Receive(HttpRequest& request, Router::Result found, size_t body_bytes,
                                                AnsweredRequest& answered);
  CallContext ContextOf(const Admitted& admitted, const HttpRequest& request, AnsweredRequest& answered) const;
  // `admitted` is null for a request that was not.
  void Finish(const HttpRequest& request, absl::Time begun, const Admitted* admitted, AnsweredRequest& answered,
              HttpResponse& response) const;

  // Constant after Start().
  const GatewayOptions options_;
  const GatewayServices services_;
  ApiServices api_;
  EventServices events_;
  std::unique_ptr<FrontDoor> front_door_;
  absl::optional<Site> site_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<HttpServer> http_;  // the last, because it uses all the others
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_GATEWAY_H_
