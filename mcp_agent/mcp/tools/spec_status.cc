#include "mcp_agent/mcp/tools/spec_status.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/open_questions.h"
#include "mcp_agent/mcp/tools/question_shapes.h"
#include "mcp_agent/mcp/tools/spec_progress.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

ToolInfo Info() {
  ToolInfo info;
  info.name = "spec-status";
  info.title = "Status of specs";
  info.description =
      "See how far a spec is: its documents, their approvals, its tasks, and what to do next. Without specName: all "
      "specs. Call it when you resume work, or when the user asks which specs there are.";
  info.input_schema = ObjectSchema({{"specName", TextSchema("name of the spec; all when absent")}});
  info.output_schema = AnswerSchema({{"spec", SpecEntrySchema()},
                                     {"documents", ListSchema(DocumentSchema())},
                                     {"specs", ListSchema(SpecEntrySchema())},
                                     {"questions", ListSchema(ObjectSchema(QuestionProperties()))},
                                     {"dashboardUrl", TextSchema()},
                                     {"relay", TextSchema("why people at the dashboard see nothing now")}});
  info.annotations.read_only = true;
  info.annotations.idempotent = true;
  return info;
}

std::string DescribeTasks(const v1::TaskSummary& tasks) {
  return absl::StrCat(tasks.completed(), " of ", tasks.total(), " tasks completed, ", tasks.in_progress(),
                      " in progress, ", tasks.blocked(), " blocked");
}

std::string DescribeSpec(const v1::SpecSummary& spec) {
  return absl::StrCat(spec.name(), ": ", PhaseOf(spec),
                      spec.has_task_summary() ? absl::StrCat(" (", DescribeTasks(spec.task_summary()), ")") : "");
}

// Adds them to fields and text.
void AddQuestions(const std::vector<v1::Question>& questions, const CommandPort& port, Json& fields,
                  std::string& text) {
  if (questions.empty()) return;
  fields["questions"] = Json::array();
  absl::StrAppend(&text, "\nQuestions to people:");
  for (const v1::Question& question : questions) {
    fields["questions"].push_back(QuestionJson(question, port));
    absl::StrAppend(&text, "\n- ", DescribeQuestion(question));
  }
}

// `first` and then `next`.
std::vector<std::string> WithStep(std::vector<std::string> first, std::string next) {
  first.push_back(std::move(next));
  return first;
}

// Where people see the page, or why they do not.
void AddDashboard(const CommandPort& port, absl::string_view page, Json& fields, std::string& text) {
  const std::string link = port.DashboardLink(page);
  if (!link.empty()) fields["dashboardUrl"] = link;
  const std::string remark = port.RelayRemark();
  if (remark.empty()) return;
  fields["relay"] = remark;
  absl::StrAppend(&text, "\n\nNote: ", remark);
}

}  // namespace

SpecStatusTool::SpecStatusTool(std::shared_ptr<ToolContext> context) : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> SpecStatusTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string name = StringAt(arguments, "specName").value_or("");
  return name.empty() ? ListSpecs(call) : Describe(name, call);
}

absl::StatusOr<ToolAnswer> SpecStatusTool::ListSpecs(const ToolCall& call) const {
  v1::Command command;
  command.mutable_spec_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, "list", std::move(command)));
  Json fields = {{"specs", Json::array()}};
  std::string text = "Specs (name: phase):";
  for (const v1::SpecSummary& spec : result.spec_list().specs()) {
    fields["specs"].push_back(SpecEntryJson(spec));
    absl::StrAppend(&text, "\n- ", DescribeSpec(spec));
  }
  const bool is_empty = fields["specs"].empty();
  if (is_empty) text = "There are no specs yet.";
  ASSIGN_OR_RETURN(const std::vector<v1::Question> questions, OpenQuestions(*context(), call, ""));
  AddQuestions(questions, context()->port(), fields, text);
  AddDashboard(context()->port(), "specs", fields, text);
  return MakeAnswer(
      std::move(text), fields,
      WithStep(StepsForAnswers(questions), is_empty ? "Call spec-workflow-guide to learn how to make one."
                                                    : "Call spec-status with specName to see one of them."));
}

absl::StatusOr<ToolAnswer> SpecStatusTool::Describe(const std::string& name, const ToolCall& call) const {
  v1::Command read;
  read.mutable_spec_read()->set_name(name);
  const absl::StatusOr<v1::CommandResult> result = context()->Run(call, "read", std::move(read));
  if (!result.ok()) {
    return Advise(result.status(),
                  "call spec-status without specName to see the specs, or make this one as "
                  "spec-workflow-guide tells");
  }
  v1::Command list;
  list.mutable_approval_list()->set_include_decided(true);
  ASSIGN_OR_RETURN(const v1::CommandResult approvals, context()->Run(call, "approvals", std::move(list)));

  const v1::SpecSummary& spec = result->spec_read().spec();
  const CommandPort& port = context()->port();
  const std::vector<DocumentProgress> documents = DocumentsOf(spec, approvals.approval_list().approvals());
  Json fields = {{"spec", SpecEntryJson(spec)}, {"documents", Json::array()}};
  std::string text = DescribeSpec(spec);
  for (const DocumentProgress& document : documents) {
    fields["documents"].push_back(DocumentJson(document, port));
    absl::StrAppend(&text, "\n- ", document.file_name, ": ", document.status());
  }
  ASSIGN_OR_RETURN(const std::vector<v1::Question> questions, OpenQuestions(*context(), call, name));
  AddQuestions(questions, port, fields, text);
  AddDashboard(port, absl::StrCat("specs/", name), fields, text);
  return MakeAnswer(std::move(text), fields, WithStep(StepsForAnswers(questions), NextStep(spec, documents, port)));
}

}  // namespace specrelay
