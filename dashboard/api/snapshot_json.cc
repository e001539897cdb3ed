#include "dashboard/api/snapshot_json.h"

#include <string>

#include "dashboard/api/approval_json.h"

namespace specrelay {

Json SnapshotJson(const v1::ApprovalSnapshot& snapshot) {
  return {{"id", snapshot.id()},
          {"approvalId", snapshot.approval_id()},
          {"approvalTitle", snapshot.approval_title()},
          {"version", snapshot.version()},
          {"timestamp", TimeJson(snapshot.timestamp())},
          {"trigger", snapshot.trigger()},
          {"status", std::string(ApprovalStatusName(snapshot.status()))},
          {"content", snapshot.content()},
          {"fileStats",
           {{"size", snapshot.size_bytes()},
            {"lines", snapshot.lines()},
            {"lastModified", TimeJson(snapshot.last_modified())}}},
          {"comments", CommentsJson(snapshot.comments())}};
}

Json SnapshotListJson(const v1::ApprovalSnapshotsResponse& snapshots) {
  Json list = Json::array();
  for (const v1::ApprovalSnapshot& snapshot : snapshots.snapshots()) list.push_back(SnapshotJson(snapshot));
  return list;
}

}  // namespace specrelay
