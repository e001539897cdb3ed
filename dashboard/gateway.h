// The HTTP side of the server: the table of routes, what each request passes on its way to one, and the port.
#ifndef SPECRELAY_DASHBOARD_GATEWAY_H_
#define SPECRELAY_DASHBOARD_GATEWAY_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "dashboard/api/api_call.h"
#include "dashboard/http/http_server.h"
#include "dashboard/http/router.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"
#include "relay/relay.h"

namespace specrelay {

struct GatewayOptions {
  HttpServerOptions http;
  int max_waiting = 256;                            // long polls at once, each of which holds a thread
  absl::Duration handler_time = absl::Seconds(30);  // CallContext::deadline
};

// What the gateway works with; all outlives it.
struct GatewayServices {
  Relay& relay;
  KeyStore& keys;
  const Clock& clock;
  std::function<bool()> ready;  // whether the server takes new work
};

// Thread-safe.
class Gateway {
 public:
  // Listens and serves. Errors as of HttpServer::Start.
  static absl::StatusOr<std::unique_ptr<Gateway>> Start(const GatewayOptions& options, GatewayServices services);

  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;
  ~Gateway();

  // Where it listens, with the real port.
  const ListenAddress& address() const { return http_->address(); }

  const std::vector<Route>& routes() const { return router_->routes(); }

  // As HttpServer::Stop.
  void Stop() { http_->Stop(); }

 private:
  Gateway(const GatewayOptions& options, GatewayServices services);

  std::vector<Route> MakeRoutes();
  HttpResponse Handle(HttpRequest& request);
  HttpResponse Dispatch(HttpRequest& request, const std::string& request_id);

  const absl::Duration handler_time_;
  const GatewayServices services_;
  ApiServices api_;
  std::unique_ptr<Router> router_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_GATEWAY_H_
