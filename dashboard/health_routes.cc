#include "dashboard/health_routes.h"

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

constexpr char kStatusSchema[] = R"({"type":"object","required":["status"],"properties":{"status":{"type":"string"}}})";

Route HealthRoute(absl::string_view path, absl::string_view summary, RouteHandler handler) {
  Route route;
  route.method = "GET";
  route.pattern = std::string(path);
  route.access = Access::kOpen;
  route.summary = std::string(summary);
  route.response_schema = kStatusSchema;
  route.handler = std::move(handler);
  return route;
}

}  // namespace

std::vector<Route> HealthRoutes(std::function<bool()> ready) {
  return {HealthRoute("/healthz", "Whether the process lives",
                      [](const CallContext&) { return HttpResponse::Json(200, R"({"status":"ok"})"); }),
          HealthRoute("/readyz", "Whether the server takes work; 503 while it goes down",
                      [ready = std::move(ready)](const CallContext&) {
                        if (ready()) return HttpResponse::Json(200, R"({"status":"ready"})");
                        return HttpResponse::Error(503, "the server is going down; try again in a moment");
                      })};
}

}  // namespace specrelay
