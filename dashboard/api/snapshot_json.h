// Snapshots of documents under review as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_SNAPSHOT_JSON_H_
#define SPECRELAY_DASHBOARD_API_SNAPSHOT_JSON_H_

#include "dashboard/api/json_values.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

Json SnapshotJson(const v1::ApprovalSnapshot& snapshot);

Json SnapshotListJson(const v1::ApprovalSnapshotsResponse& snapshots);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_SNAPSHOT_JSON_H_
