// GET /metrics, for Prometheus.
#ifndef SPECRELAY_DASHBOARD_METRICS_METRICS_ROUTE_H_
#define SPECRELAY_DASHBOARD_METRICS_METRICS_ROUTE_H_

#include "dashboard/http/route.h"
#include "dashboard/metrics/metric_registry.h"

namespace specrelay {

// The figures are of the whole server, so an admin's key is needed; Prometheus sends it with
//   authorization: { credentials_file: /etc/prometheus/specrelay.key }
// `registry` must outlive the route.
Route MetricsRoute(const MetricRegistry& registry);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_METRICS_ROUTE_H_
