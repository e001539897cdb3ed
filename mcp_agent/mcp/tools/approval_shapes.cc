#include "mcp_agent/mcp/tools/approval_shapes.h"

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/comment_json.h"
#include "proto/support/iso_time.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

SchemaProperties SummaryProperties() {
  return {{"approvalId", TextSchema()},
          {"title", TextSchema()},
          {"filePath", TextSchema()},
          {"category", TextSchema()},
          {"categoryName", TextSchema()},
          {"status", EnumSchema({"pending", "approved", "rejected", "needs-revision", "deleted"})},
          {"createdAt", TextSchema()},
          {"approvalUrl", TextSchema("for the person who decides")}};
}

std::string TimeText(const google::protobuf::Timestamp& time) { return ToIsoTime(FromProto(time)); }

std::string DescribeComment(const v1::ApprovalComment& comment) {
  std::string place;
  if (comment.has_line_number()) absl::StrAppend(&place, "line ", comment.line_number());
  if (!comment.selected_text().empty()) {
    absl::StrAppend(&place, place.empty() ? "" : ", ", "on \"", comment.selected_text(), "\"");
  }
  return absl::StrCat("\n- ", place.empty() ? "general" : place, ": ", comment.comment());
}

std::vector<std::string> StepsToDecision(const v1::Approval& approval, const CommandPort& port) {
  std::vector<std::string> steps = {
      absl::StrCat("Call wait-for-approval with approvalId \"", approval.id(),
                   "\". Do not go on before it is approved; what the user says in the chat is no approval."),
      absl::StrCat("Tell the user to decide ", WhereToDecide(port, approval.id()))};
  const std::string remark = port.RelayRemark();
  if (!remark.empty()) steps.push_back(absl::StrCat("Tell the user, too: ", remark));
  return steps;
}

}  // namespace

Json ApprovalSummarySchema() { return ObjectSchema(SummaryProperties(), {"approvalId", "status"}); }

Json ApprovalSummaryJson(const v1::Approval& approval, const CommandPort& port) {
  Json json = {{"approvalId", approval.id()},
               {"title", approval.title()},
               {"filePath", approval.file_path()},
               {"category", std::string(ApprovalCategoryName(approval.category()))},
               {"categoryName", approval.category_name()},
               {"status", std::string(ApprovalStatusName(approval.status()))},
               {"createdAt", TimeText(approval.created_at())}};
  const std::string link = port.DashboardLink(absl::StrCat("approvals/", approval.id()));
  if (!link.empty()) json["approvalUrl"] = link;
  return json;
}

SchemaProperties ApprovalProperties() {
  SchemaProperties properties = SummaryProperties();
  const Json comment = ObjectSchema({{"type", EnumSchema({"general", "selection"})},
                                     {"selectedText", TextSchema()},
                                     {"comment", TextSchema()},
                                     {"timestamp", TextSchema()},
                                     {"lineNumber", CountSchema()},
                                     {"highlightColor", TextSchema()}},
                                    {"comment"});
  const Json actor = ObjectSchema({{"account", TextSchema()}, {"keyName", TextSchema()}, {"client", TextSchema()}});
  properties.insert(properties.end(), {{"canProceed", FlagSchema("approved")},
                                       {"response", TextSchema()},
                                       {"annotations", TextSchema()},
                                       {"comments", ListSchema(comment)},
                                       {"respondedAt", TextSchema()},
                                       {"decidedBy", actor},
                                       {"autoApproved", FlagSchema()}});
  return properties;
}

Json ApprovalJson(const v1::Approval& approval, const CommandPort& port) {
  Json json = ApprovalSummaryJson(approval, port);
  json["canProceed"] = approval.status() == v1::APPROVAL_STATUS_APPROVED;
  if (approval.has_response()) json["response"] = approval.response();
  if (approval.has_annotations()) json["annotations"] = approval.annotations();
  if (!approval.comments().empty()) json["comments"] = CommentsToJson(approval.comments());
  if (approval.has_responded_at()) json["respondedAt"] = TimeText(approval.responded_at());
  if (approval.has_decided_by()) json["decidedBy"] = ActorToJson(approval.decided_by());
  if (approval.auto_approved()) json["autoApproved"] = true;
  return json;
}

std::string DescribeApproval(const v1::Approval& approval) {
  std::string text =
      absl::StrCat("\"", approval.title(), "\" (", approval.file_path(), ") is ", ApprovalStatusName(approval.status()),
                   approval.auto_approved() ? ", automatically by the project's setting." : ".");
  if (!approval.response().empty()) absl::StrAppend(&text, "\nReviewer: ", approval.response());
  if (!approval.annotations().empty()) absl::StrAppend(&text, "\nNotes: ", approval.annotations());
  if (!approval.comments().empty()) absl::StrAppend(&text, "\nComments:");
  for (const v1::ApprovalComment& comment : approval.comments()) absl::StrAppend(&text, DescribeComment(comment));
  return text;
}

std::vector<std::string> StepsAfter(const v1::Approval& approval, const CommandPort& port) {
  switch (approval.status()) {
    case v1::APPROVAL_STATUS_APPROVED:
      return {"Approved: go on with the next phase."};
    case v1::APPROVAL_STATUS_REJECTED:
      return {"Rejected: do not go on; ask the user how to proceed."};
    case v1::APPROVAL_STATUS_NEEDS_REVISION:
      return {absl::StrCat("Change ", approval.file_path(), " so that every remark is met."),
              "Then request a new approval with approvals and wait for it again. Do not go on before it is approved."};
    default:
      return StepsToDecision(approval, port);
  }
}

std::string WhereToDecide(const CommandPort& port, absl::string_view approval_id) {
  const std::string link = port.DashboardLink(absl::StrCat("approvals/", approval_id));
  return link.empty() ? "in the dashboard" : absl::StrCat("in the dashboard: ", link);
}

}  // namespace specrelay
