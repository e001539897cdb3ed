#include "dashboard/gateway.h"

#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dashboard/api/api_call.h"
#include "dashboard/api/relay_client.h"
#include "dashboard/api/routes.h"
#include "dashboard/auth/transport_security.h"
#include "dashboard/health_routes.h"
#include "dashboard/http/error_response.h"
#include "dashboard/http/request_id.h"
#include "dashboard/http/security_headers.h"
#include "dashboard/metrics/metrics_route.h"
#include "dashboard/openapi/openapi_document.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxClientNameLength = 200;

void Append(std::vector<Route> some, std::vector<Route>& all) {
  all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
}

bool IsTls(const GatewayOptions& options) { return !options.http.tls_certificate_path.empty(); }

}  // namespace

Gateway::Gateway(const GatewayOptions& options, GatewayServices services)
    : options_(options),
      services_(std::move(services)),
      api_(services_.relay, services_.keys, services_.clock, options.max_waiting),
      events_{services_.relay, services_.streams, services_.metrics.events} {}

Gateway::~Gateway() = default;

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const GatewayOptions& options, GatewayServices services) {
  std::unique_ptr<Gateway> gateway(new Gateway(options, std::move(services)));
  Gateway* self = gateway.get();
  FrontDoorOptions front_door = options.front_door;
  front_door.tls = IsTls(options);
  ASSIGN_OR_RETURN(self->front_door_, FrontDoor::Open(front_door, self->services_.keys, self->services_.clock));
  if (!options.web_root.empty()) {
    ASSIGN_OR_RETURN(Site site, Site::Open(options.web_root));
    self->site_.emplace(std::move(site));
  }
  ASSIGN_OR_RETURN(Router router, Router::Make(self->MakeRoutes()));
  self->router_ = std::make_unique<Router>(std::move(router));
  HttpServerOptions http = options.http;
  http.connections.pending_timeout = kCommandTimeout + RelayClient::kGrace;
  ASSIGN_OR_RETURN(self->http_,
                   HttpServer::Start(http, {[self](HttpRequest& request) { return self->Handle(request); },
                                            [self](const HttpRequest& head, size_t content_length) {
                                              return self->RefuseEarly(head, content_length);
                                            },
                                            [self](HttpRequest& request) { return self->Begin(request); }}));
  self->AddGauges();
  return gateway;
}

void Gateway::AddGauges() {
  MetricRegistry& registry = services_.metrics.registry;
  AddRelayGauges(services_.relay, services_.streams, registry);
  AddHttpGauges(
      [this] {
        const HttpServerLoad load = http_->load();
        return HttpFigures{load.connections, load.streams, load.threads, load.turned_away};
      },
      registry);
  AddProcessGauges(registry);
}

std::vector<Route> Gateway::MakeRoutes() {
  std::vector<Route> routes = HealthRoutes(services_.ready);
  Append(front_door_->Routes(), routes);
  Append(ApiRoutes(api_), routes);
  Append(EventRoutes(events_), routes);
  routes.push_back(MetricsRoute(services_.metrics.registry));
  routes.push_back(OpenApiRoute(routes));
  return routes;
}

absl::StatusOr<std::string> Gateway::MakeLoginUrl(const Principal& principal) {
  ASSIGN_OR_RETURN(const LoginLink link, front_door_->links().Make(principal));
  // Whatever it listens on, this machine is a host that it goes by.
  return LoginUrl(absl::StrCat(IsTls(options_) ? "https" : "http", "://localhost:", address().port), link);
}

HttpResponse Gateway::Handle(HttpRequest& request) {
  const absl::Time begun = services_.clock.Now();
  AnsweredRequest answered;
  Router::Result found = router_->Find(request.method, request.path);
  absl::variant<Admitted, HttpResponse> received = Receive(request, std::move(found), request.body.size(), answered);
  const auto* admitted = absl::get_if<Admitted>(&received);
  HttpResponse response = admitted != nullptr ? admitted->route->handler(ContextOf(*admitted, request, answered))
                                              : absl::get<HttpResponse>(std::move(received));
  Finish(request, begun, admitted, answered, response);
  return response;
}

// A request to a route that answers without blocking, and what becomes of it.
class Gateway::PendingCall final : public PendingResponse {
 public:
  PendingCall(Gateway& gateway, HttpRequest request, Router::Result found)
      : gateway_(gateway),
        request_(std::move(request)),
        begun_(gateway.services_.clock.Now()),
        received_(gateway.Receive(request_, std::move(found), /*body_bytes=*/0, answered_)) {
    const auto* admitted = absl::get_if<Admitted>(&received_);
    if (admitted == nullptr) return;
    context_.emplace(gateway.ContextOf(*admitted, request_, answered_));
    response_ = admitted->route->begin(*context_);
  }

  void Begin(std::function<void()> ready) override {
    if (response_ == nullptr) return ready();
    response_->Begin(std::move(ready));
  }

  bool IsLarge() const override { return response_ != nullptr && response_->IsLarge(); }

  HttpResponse Finish() override {
    const auto* admitted = absl::get_if<Admitted>(&received_);
    HttpResponse response = admitted != nullptr ? response_->Finish() : absl::get<HttpResponse>(std::move(received_));
    gateway_.Finish(request_, begun_, admitted, answered_, response);
    return response;
  }

 private:
  Gateway& gateway_;
  HttpRequest request_;
  const absl::Time begun_;
  AnsweredRequest answered_;
  absl::variant<Admitted, HttpResponse> received_;
  absl::optional<CallContext> context_;        // of a request that was admitted
  std::unique_ptr<PendingResponse> response_;  // the same
};

std::unique_ptr<PendingResponse> Gateway::Begin(HttpRequest& request) {
  Router::Result found = router_->Find(request.method, request.path);
  if (found.route == nullptr || found.route->begin == nullptr) return nullptr;
  return std::make_unique<PendingCall>(*this, std::move(request), std::move(found));
}

absl::optional<HttpResponse> Gateway::RefuseEarly(HttpRequest request, size_t body_bytes) {
  const absl::Time begun = services_.clock.Now();
  AnsweredRequest answered;
  Router::Result found = router_->Find(request.method, request.path);
  absl::variant<Admitted, HttpResponse> received = Receive(request, std::move(found), body_bytes, answered);
  if (absl::holds_alternative<Admitted>(received)) return absl::nullopt;
  HttpResponse response = absl::get<HttpResponse>(std::move(received));
  Finish(request, begun, /*admitted=*/nullptr, answered, response);
  return response;
}

absl::variant<Gateway::Admitted, HttpResponse> Gateway::Receive(HttpRequest& request, Router::Result found,
                                                                size_t body_bytes, AnsweredRequest& answered) {
  answered.method = request.method;
  answered.bytes_in = static_cast<int64_t>(body_bytes);
  absl::optional<HttpResponse> refusal = front_door_->Receive(request);
  answered.remote_address = request.remote_address;
  if (refusal) return *std::move(refusal);
  absl::StatusOr<std::string> request_id = RequestIdOf(request);
  if (!request_id.ok()) return ErrorResponse(request_id.status());
  answered.request_id = *std::move(request_id);
  if (found.route == nullptr) {
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (found.unknown_path && reads && site_) return site_->Get(request);
    return std::move(found.answer);
  }
  request.path_parameters = std::move(found.parameters);
  answered.route = found.route->pattern;
  if (request.HasPathParameter("projectId")) answered.project_id = request.PathParameter("projectId");
  // What is read on behalf of strangers must cost little.
  if (found.route->access == Access::kOpen && body_bytes > options_.max_open_body_bytes) {
    return HttpResponse::Error(
        413, absl::StrCat("the body is larger than ", options_.max_open_body_bytes, " bytes; send a smaller one"));
  }
  absl::variant<FrontDoor::Admission, HttpResponse> admission = front_door_->Admit(request, found.route->access);
  if (auto* shut = absl::get_if<HttpResponse>(&admission)) return std::move(*shut);
  return Admitted{found.route, absl::get<FrontDoor::Admission>(std::move(admission))};
}

CallContext Gateway::ContextOf(const Admitted& admitted, const HttpRequest& request, AnsweredRequest& answered) const {
  Caller caller;
  if (const absl::optional<Principal>& principal = admitted.admission.principal) {
    caller = {*principal, request.Header("User-Agent").substr(0, kMaxClientNameLength)};
    answered.account = principal->account;
    answered.key_id = principal->key_id;
    answered.key_name = principal->key_name;
  }
  return {request, std::move(caller), answered.request_id, services_.clock.Now() + options_.handler_time,
          admitted.admission.until};
}

void Gateway::Finish(const HttpRequest& request, absl::Time begun, const Admitted* admitted, AnsweredRequest& answered,
                     HttpResponse& response) const {
  if (admitted != nullptr) front_door_->Finish(request, admitted->admission, response);
  AddSecurityHeaders(response);
  AddTransportSecurity(request, response);
  if (!answered.request_id.empty()) response.SetHeader("X-Request-Id", answered.request_id);
  answered.status = response.status;
  answered.took = services_.clock.Now() - begun;
  answered.bytes_out = static_cast<int64_t>(response.body.size());
  services_.metrics.http.Count(answered);
  if (IsWrite(request.method) && !answered.route.empty()) LogWrite(answered);
}

}  // namespace specrelay
