#include "mcp_agent/mcp/tools/approvals_tool.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/document_path.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kPendingList[] = "call approvals with action \"status\" and no approvalId to see what is pending";

ToolInfo Info() {
  ToolInfo info;
  info.name = "approvals";
  info.title = "Approvals";
  info.description =
      "Ask a person to approve a document (action request), see where an approval stands (status; without approvalId: "
      "all pending), or remove a decided one (delete). Request one after writing requirements.md, design.md, tasks.md "
      "or a steering document, then call wait-for-approval. Never put the document's text into the request.";
  info.input_schema = ObjectSchema({{"action", EnumSchema({"request", "status", "delete"})},
                                    {"approvalId", TextSchema("for status and delete")},
                                    {"title", TextSchema("for request: one line that says what is to be approved")},
                                    {"filePath", TextSchema("for request: the file, relative to the project")},
                                    {"type", EnumSchema({"document", "action"}, "for request")},
                                    {"category", EnumSchema({"spec", "steering"}, "for request")},
                                    {"categoryName", TextSchema("for request: name of the spec, or \"steering\"")}},
                                   {"action"});
  SchemaProperties output = ApprovalProperties();
  output.emplace_back("created", FlagSchema("false when the same request was pending already"));
  output.emplace_back("pending", ListSchema(ApprovalSummarySchema()));
  info.output_schema = AnswerSchema(std::move(output));
  info.annotations.destructive = true;  // delete
  info.annotations.idempotent = true;
  return info;
}

// FAILED_PRECONDITION and NOT_FOUND say what is the case; the model needs to know what follows.
absl::Status AdviseOnApproval(const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) return Advise(status, kPendingList);
  return status;
}

absl::Status CheckComplete(const Json& arguments) {
  std::vector<absl::string_view> missing;
  for (const char* name : {"title", "filePath", "type", "category", "categoryName"}) {
    if (StringAt(arguments, name).value_or("").empty()) missing.emplace_back(name);
  }
  if (missing.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("action request needs ", absl::StrJoin(missing, ", "),
                                                 " as well; call approvals again with all of them"));
}

}  // namespace

ApprovalsTool::ApprovalsTool(std::shared_ptr<ToolContext> context) : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> ApprovalsTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string action = StringAt(arguments, "action").value_or("");
  if (action == "request") return Request(arguments, call);
  const std::string id = StringAt(arguments, "approvalId").value_or("");
  if (action == "status") return id.empty() ? ListPending(call) : Status(id, call);
  if (!id.empty()) return Delete(id, call);
  return absl::InvalidArgumentError(absl::StrCat("action delete needs approvalId; ", kPendingList));
}

absl::StatusOr<ToolAnswer> ApprovalsTool::Request(const Json& arguments, const ToolCall& call) const {
  RETURN_IF_ERROR(CheckComplete(arguments));
  const CommandPort& port = context()->port();
  v1::Command command;
  v1::ApprovalCreateRequest& request = *command.mutable_approval_create();
  // Models like to name files with the whole path.
  ASSIGN_OR_RETURN(*request.mutable_file_path(),
                   ProjectRelativePath(port.project().path(), *StringAt(arguments, "filePath")));
  request.set_title(*StringAt(arguments, "title"));
  request.set_type(ApprovalTypeFromName(*StringAt(arguments, "type")));
  request.set_category(ApprovalCategoryFromName(*StringAt(arguments, "category")));
  request.set_category_name(*StringAt(arguments, "categoryName"));
  absl::StatusOr<v1::CommandResult> result = context()->Run(call, "create", std::move(command));
  if (absl::IsNotFound(result.status())) {
    return Advise(result.status(), "write the document first, or correct filePath, and request the approval again");
  }
  if (absl::IsInvalidArgument(result.status())) {
    return Advise(result.status(), "correct this and request the approval again");
  }
  RETURN_IF_ERROR(result.status());
  const v1::Approval& approval = result->approval_create().approval();
  const bool created = result->approval_create().created();
  Json fields = ApprovalJson(approval, port);
  fields["created"] = created;
  return MakeAnswer(absl::StrCat(created ? "Requested: " : "The same request was pending already: ",
                                 DescribeApproval(approval), " approvalId: ", approval.id()),
                    fields, StepsAfter(approval, port));
}

absl::StatusOr<ToolAnswer> ApprovalsTool::Status(const std::string& id, const ToolCall& call) const {
  v1::Command command;
  command.mutable_approval_get()->set_id(id);
  const absl::StatusOr<v1::CommandResult> result = context()->Run(call, "get", std::move(command));
  if (!result.ok()) return AdviseOnApproval(result.status());
  const v1::Approval& approval = result->approval_get().approval();
  return MakeAnswer(DescribeApproval(approval), ApprovalJson(approval, context()->port()),
                    StepsAfter(approval, context()->port()));
}

absl::StatusOr<ToolAnswer> ApprovalsTool::ListPending(const ToolCall& call) const {
  v1::Command command;
  command.mutable_approval_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, "list", std::move(command)));
  Json pending = Json::array();
  std::string text;
  for (const v1::Approval& approval : result.approval_list().approvals()) {
    pending.push_back(ApprovalSummaryJson(approval, context()->port()));
    absl::StrAppend(&text, "\n- ", approval.id(), ": \"", approval.title(), "\" (", approval.file_path(), ")");
  }
  if (pending.empty()) return MakeAnswer("No approval is pending.", {{"pending", pending}}, {});
  return MakeAnswer(absl::StrCat("Pending approvals:", text), {{"pending", pending}},
                    {"Call wait-for-approval with the approvalId of the one that you need."});
}

absl::StatusOr<ToolAnswer> ApprovalsTool::Delete(const std::string& id, const ToolCall& call) const {
  v1::Command command;
  command.mutable_approval_delete()->set_id(id);
  const absl::Status deleted = context()->Run(call, "delete", std::move(command)).status();
  if (absl::IsFailedPrecondition(deleted)) {
    return Advise(deleted,
                  absl::StrCat("call wait-for-approval; a person decides ", WhereToDecide(context()->port(), id)));
  }
  const Json fields = {{"approvalId", id}, {"status", "deleted"}};
  // As after wait-for-approval, whose autoDelete has done it by the time of this call.
  if (absl::IsNotFound(deleted)) return MakeAnswer(absl::StrCat("There is no approval ", id, "."), fields, {});
  if (!deleted.ok()) return AdviseOnApproval(deleted);
  return MakeAnswer(absl::StrCat("Approval ", id, " is deleted."), fields, {});
}

}  // namespace specrelay
