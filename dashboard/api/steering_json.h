// Steering as the HTTP contract has it. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_STEERING_JSON_H_
#define SPECRELAY_DASHBOARD_API_STEERING_JSON_H_

#include "absl/time/time.h"
#include "dashboard/api/json_values.h"
#include "specrelay/v1/steering.pb.h"

namespace specrelay {

Json SteeringStatusJson(const v1::SteeringStatus& status);

// A document that does not exist reads as an empty one of now.
Json SteeringDocumentJson(const v1::SteeringReadResponse& response, absl::Time now);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_STEERING_JSON_H_
