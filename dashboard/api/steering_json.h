// Steering as the HTTP contract has it. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_STEERING_JSON_H_
#define SPECRELAY_DASHBOARD_API_STEERING_JSON_H_

#include <string>

#include "absl/time/time.h"
#include "dashboard/api/json_values.h"
#include "specrelay/v1/steering.pb.h"

namespace specrelay {

Json SteeringStatusJson(const v1::SteeringStatus& status);

// JSON text of what stands for a document that does not exist: an empty one of now.
std::string NoSteeringDocumentJson(absl::Time now);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_STEERING_JSON_H_
