#include "dashboard/api/routes.h"

#include <iterator>

namespace specrelay {

std::vector<Route> ApiRoutes(ApiServices& services) {
  std::vector<Route> all;
  for (const auto& routes :
       {ProjectRoutes, SpecRoutes, TaskRoutes, SteeringRoutes, ApprovalRoutes, ApprovalReviewRoutes,
        ApprovalBatchRoutes, ApprovalWaitRoutes, QuestionRoutes, ImplementationLogRoutes, AnalyticsRoutes, JobRoutes,
        KeyRoutes, FileRoutes, CommandRoutes, QueueRoutes}) {
    std::vector<Route> some = routes(services);
    all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return all;
}

}  // namespace specrelay
