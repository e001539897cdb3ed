// Comparisons by lines as the HTTP contract has them. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_DIFF_JSON_H_
#define SPECRELAY_DASHBOARD_API_DIFF_JSON_H_

#include "dashboard/api/json_values.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// A line has a number only on the sides where it is.
Json DiffJson(const v1::ApprovalDiffResponse& diff);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_DIFF_JSON_H_
