// Implementation logs as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_IMPLEMENTATION_LOG_JSON_H_
#define SPECRELAY_DASHBOARD_API_IMPLEMENTATION_LOG_JSON_H_

#include "absl/status/statusor.h"
#include "dashboard/api/json_values.h"
#include "dashboard/api/request_body.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

Json LogEntryJson(const v1::ImplementationLogEntry& entry);

// {"entries": […]}
Json LogEntriesJson(const google::protobuf::RepeatedPtrField<v1::ImplementationLogEntry>& entries);

Json TaskLogStatsJson(const v1::ImplLogTaskStatsResponse& stats);

// An entry to add. INVALID_ARGUMENT when `artifacts`, `taskId` or `summary` is missing.
absl::StatusOr<v1::ImplementationLogEntry> LogEntryFromBody(const RequestBody& body);

// The answer to adding `added`, which was made from `body`: what was sent, and the id. `artifacts` are as they were
// sent, order of keys included.
Json AddedLogEntryJson(const v1::ImplementationLogEntry& added, const RequestBody& body);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_IMPLEMENTATION_LOG_JSON_H_
