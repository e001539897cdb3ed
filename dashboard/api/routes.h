// The routes of the HTTP contract by subject, and the whole of them.
#ifndef SPECRELAY_DASHBOARD_API_ROUTES_H_
#define SPECRELAY_DASHBOARD_API_ROUTES_H_

#include <vector>

#include "dashboard/api/api_route.h"
#include "dashboard/http/route.h"

namespace specrelay {

// All that follow. `services` must outlive the routes.
std::vector<Route> ApiRoutes(ApiServices& services);

std::vector<Route> ProjectRoutes(ApiServices& services);
std::vector<Route> SpecRoutes(ApiServices& services);
std::vector<Route> TaskRoutes(ApiServices& services);
std::vector<Route> SteeringRoutes(ApiServices& services);
std::vector<Route> ApprovalRoutes(ApiServices& services);
std::vector<Route> ApprovalReviewRoutes(ApiServices& services);  // content, snapshots, comparisons
std::vector<Route> ApprovalBatchRoutes(ApiServices& services);
std::vector<Route> ApprovalWaitRoutes(ApiServices& services);
std::vector<Route> QuestionRoutes(ApiServices& services);
std::vector<Route> ImplementationLogRoutes(ApiServices& services);
std::vector<Route> AnalyticsRoutes(ApiServices& services);
std::vector<Route> JobRoutes(ApiServices& services);
std::vector<Route> KeyRoutes(ApiServices& services);
std::vector<Route> FileRoutes(ApiServices& services);
std::vector<Route> CommandRoutes(ApiServices& services);
std::vector<Route> QueueRoutes(ApiServices& services);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_ROUTES_H_
