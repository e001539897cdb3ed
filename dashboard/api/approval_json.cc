#include "dashboard/api/approval_json.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Comments = google::protobuf::RepeatedPtrField<v1::ApprovalComment>;

Json CommentJson(const v1::ApprovalComment& comment) {
  Json json = {{"type", comment.type()}};
  if (!comment.selected_text().empty()) json["selectedText"] = comment.selected_text();
  json["comment"] = comment.comment();
  json["timestamp"] = comment.timestamp();
  if (comment.has_line_number()) json["lineNumber"] = comment.line_number();
  if (!comment.highlight_color().empty()) json["highlightColor"] = comment.highlight_color();
  return json;
}

absl::StatusOr<v1::ApprovalComment> CommentFromBody(const RequestBody& body) {
  v1::ApprovalComment comment;
  ASSIGN_OR_RETURN(*comment.mutable_comment(), body.Text("comment"));
  ASSIGN_OR_RETURN(*comment.mutable_timestamp(), body.TextOr("timestamp", ""));
  ASSIGN_OR_RETURN(*comment.mutable_selected_text(), body.TextOr("selectedText", ""));
  ASSIGN_OR_RETURN(*comment.mutable_type(),
                   body.TextOr("type", comment.selected_text().empty() ? "general" : "selection"));
  ASSIGN_OR_RETURN(*comment.mutable_highlight_color(), body.TextOr("highlightColor", ""));
  if (body.Has("lineNumber")) {
    ASSIGN_OR_RETURN(const int32_t line_number, body.CountOr("lineNumber", 0));
    comment.set_line_number(line_number);
  }
  return comment;
}

}  // namespace

absl::string_view ApprovalStatusName(v1::ApprovalStatus status) {
  switch (status) {
    case v1::APPROVAL_STATUS_PENDING:
      return "pending";
    case v1::APPROVAL_STATUS_APPROVED:
      return "approved";
    case v1::APPROVAL_STATUS_REJECTED:
      return "rejected";
    case v1::APPROVAL_STATUS_NEEDS_REVISION:
      return "needs-revision";
    default:
      return "";
  }
}

absl::StatusOr<v1::ApprovalStatus> DecisionOfAction(absl::string_view action) {
  if (action == "approve") return v1::APPROVAL_STATUS_APPROVED;
  if (action == "reject") return v1::APPROVAL_STATUS_REJECTED;
  if (action == "needs-revision") return v1::APPROVAL_STATUS_NEEDS_REVISION;
  return absl::InvalidArgumentError("Invalid action; use approve, reject or needs-revision");
}

Json ApprovalJson(const v1::Approval& approval) {
  Json json = {{"id", approval.id()},
               {"title", approval.title()},
               {"filePath", approval.file_path()},
               {"type", approval.type() == v1::APPROVAL_TYPE_ACTION ? "action" : "document"},
               {"status", std::string(ApprovalStatusName(approval.status()))},
               {"createdAt", TimeJson(approval.created_at())},
               {"category", approval.category() == v1::APPROVAL_CATEGORY_STEERING ? "steering" : "spec"},
               {"categoryName", approval.category_name()}};
  if (approval.has_response()) json["response"] = approval.response();
  if (approval.has_annotations()) json["annotations"] = approval.annotations();
  if (approval.has_responded_at()) json["respondedAt"] = TimeJson(approval.responded_at());
  if (approval.has_responded_at() || !approval.comments().empty()) json["comments"] = CommentsJson(approval.comments());
  if (approval.has_decided_by()) {
    const v1::Actor& actor = approval.decided_by();
    json["decidedBy"] = {{"account", actor.account()}, {"keyName", actor.key_name()}, {"client", actor.client()}};
  }
  if (approval.auto_approved()) json["autoApproved"] = true;
  if (approval.has_consumed_at()) json["consumedAt"] = TimeJson(approval.consumed_at());
  if (approval.has_metadata()) json["metadata"] = StructJson(approval.metadata());
  return json;
}

Json CommentsJson(const Comments& comments) {
  Json list = Json::array();
  for (const v1::ApprovalComment& comment : comments) list.push_back(CommentJson(comment));
  return list;
}

absl::StatusOr<Comments> CommentsFromBody(const RequestBody& body) {
  Comments comments;
  const Json* list = body.Find("comments");
  if (list == nullptr) return comments;
  if (!list->is_array()) return absl::InvalidArgumentError("comments must be a list of objects");
  for (const Json& element : *list) {
    ASSIGN_OR_RETURN(const RequestBody comment, BodyFromObject(element, "each of comments"));
    ASSIGN_OR_RETURN(*comments.Add(), CommentFromBody(comment));
  }
  return comments;
}

Json ApprovalWaitJson(const v1::ApprovalWaitResponse& wait) {
  if (wait.deleted()) return {{"resolved", false}, {"status", "deleted"}, {"autoDeleted", false}};
  const v1::Approval& approval = wait.approval();
  const std::string status(ApprovalStatusName(approval.status()));
  if (!wait.resolved()) return {{"resolved", false}, {"status", status}, {"autoDeleted", false}};
  return {{"resolved", true},
          {"status", status},
          {"response", approval.response()},
          {"annotations", approval.annotations()},
          {"comments", CommentsJson(approval.comments())},
          {"respondedAt", TimeJson(approval.responded_at())},
          {"autoDeleted", false}};
}

Json BatchJson(const google::protobuf::RepeatedPtrField<v1::ApprovalBatchItem>& items) {
  Json succeeded = Json::array();
  Json failed = Json::array();
  for (const v1::ApprovalBatchItem& item : items) {
    if (item.code() == 0) {
      succeeded.push_back(item.id());
    } else {
      failed.push_back({{"id", item.id()}, {"error", item.error()}});
    }
  }
  return {{"success", failed.empty()},
          {"total", items.size()},
          {"succeeded", std::move(succeeded)},
          {"failed", std::move(failed)}};
}

}  // namespace specrelay
