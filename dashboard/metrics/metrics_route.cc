#include "dashboard/metrics/metrics_route.h"

namespace specrelay {

Route MetricsRoute(const MetricRegistry& registry) {
  Route route;
  route.method = "GET";
  route.pattern = "/metrics";
  route.access = Access::kAdmin;
  route.summary = "Figures of the server in Prometheus' text format; scrape it with an admin's key as bearer token";
  route.handler = [&registry](const CallContext&) {
    HttpResponse response;
    response.SetHeader("Content-Type", MetricRegistry::kContentType);
    response.SetHeader("Cache-Control", "no-store");
    response.body = registry.Render();
    return response;
  };
  return route;
}

}  // namespace specrelay
