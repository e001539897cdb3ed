// Approvals as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_APPROVAL_JSON_H_
#define SPECRELAY_DASHBOARD_API_APPROVAL_JSON_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard/api/json_values.h"
#include "dashboard/api/request_body.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// "pending", "approved", "rejected" or "needs-revision".
absl::string_view ApprovalStatusName(v1::ApprovalStatus status);

// The decision that an action ("approve", "reject", "needs-revision") of a URL stands for; INVALID_ARGUMENT for others.
absl::StatusOr<v1::ApprovalStatus> DecisionOfAction(absl::string_view action);

// Fields of the decision come after the others, and only when there is one.
Json ApprovalJson(const v1::Approval& approval);

Json CommentsJson(const google::protobuf::RepeatedPtrField<v1::ApprovalComment>& comments);

// The `comments` of a body: a list of objects, each with at least `comment`; empty when absent.
absl::StatusOr<google::protobuf::RepeatedPtrField<v1::ApprovalComment>> CommentsFromBody(const RequestBody& body);

// What a wait saw. Never `autoDeleted`: a decision that was deleted before its reader has it would be lost.
Json ApprovalWaitJson(const v1::ApprovalWaitResponse& wait);

// What became of each item of a batch.
Json BatchJson(const google::protobuf::RepeatedPtrField<v1::ApprovalBatchItem>& items);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_APPROVAL_JSON_H_
