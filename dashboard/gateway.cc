#include "dashboard/gateway.h"

#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "dashboard/api/routes.h"
#include "dashboard/health_routes.h"
#include "dashboard/http/error_response.h"
#include "dashboard/http/request_id.h"
#include "dashboard/http/security_headers.h"
#include "dashboard/openapi/openapi_document.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

bool MayUse(Access access, Role role) {
  switch (access) {
    case Access::kOpen:
      return true;
    case Access::kViewer:
      return role == Role::kViewer || role == Role::kUser || role == Role::kAdmin;
    case Access::kUser:
      return role == Role::kUser || role == Role::kAdmin;
    case Access::kAdmin:
      return role == Role::kAdmin;
  }
  return false;
}

absl::StatusOr<Caller> Authenticate(const HttpRequest& request, const KeyStore& keys) {
  absl::string_view key = request.FindHeader("Authorization").value_or("");
  absl::ConsumePrefix(&key, "Bearer ");
  ASSIGN_OR_RETURN(Principal principal, keys.Authenticate(key));
  return Caller{std::move(principal), request.Header("User-Agent").substr(0, 200)};
}

void Append(std::vector<Route> some, std::vector<Route>& all) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

}  // namespace

Gateway::Gateway(const GatewayOptions& options, GatewayServices services)
    : handler_time_(options.handler_time),
      services_(std::move(services)),
      api_(services_.relay, services_.keys, services_.clock, options.max_waiting) {}

Gateway::~Gateway() = default;

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options, GatewayServices services) {
  std::unique_ptr<Gateway> gateway(new Gateway(options, std::move(services)));
  Gateway* self = gateway.get();
  ASSIGN_OR_RETURN(Router router, Router::Make(self->MakeRoutes()));
  self->router_ = std::make_unique<Router>(std::move(router));
  ASSIGN_OR_RETURN(self->http_,
                   HttpServer::Start(options.http, [self](HttpRequest& request) { return self->Handle(request); }));
  return gateway;
}

std::vector<Route> Gateway::MakeRoutes() {
  std::vector<Route> routes = HealthRoutes(services_.ready);
  Append(ApiRoutes(api_), routes);
  routes.push_back(OpenApiRoute(routes));
  return routes;
}

HttpResponse Gateway::Handle(HttpRequest& request) {
  const absl::StatusOr<std::string> request_id = RequestIdOf(request);
  HttpResponse response = request_id.ok() ? Dispatch(request, *request_id) : ErrorResponse(request_id.status());
  AddSecurityHeaders(response);
  if (request_id.ok()) response.SetHeader("X-Request-Id", *request_id);
  return response;
}

HttpResponse Gateway::Dispatch(HttpRequest& request, const std::string& request_id) {
  Router::Result found = router_->Find(request.method, request.path);
  if (found.route == nullptr) return std::move(found.answer);
  request.path_parameters = std::move(found.parameters);
  const absl::StatusOr<Caller> caller = Authenticate(request, services_.keys);
  if (found.route->access != Access::kOpen) {
    if (!caller.ok()) return ErrorResponse(caller.status());
    if (!MayUse(found.route->access, caller->principal.role)) {
      return HttpResponse::Error(403, "the role of this key may not do this; use a key with a higher one");
    }
  }
  const CallContext context = {request, caller.ok() ? *caller : Caller(), request_id,
                               services_.clock.Now() + handler_time_};
  return found.route->handler(context);
}

}  // namespace specrelay
