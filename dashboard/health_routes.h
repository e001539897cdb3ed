// Whether the process lives and takes work, for load balancers and supervisors.
#ifndef SPECRELAY_DASHBOARD_HEALTH_ROUTES_H_
#define SPECRELAY_DASHBOARD_HEALTH_ROUTES_H_

#include <functional>
#include <vector>

#include "dashboard/http/route.h"

namespace specrelay {

// /healthz and /readyz. `ready` is called on any thread.
std::vector<Route> HealthRoutes(std::function<bool()> ready);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HEALTH_ROUTES_H_
