#include "mcp_agent/mcp/tools/spec_progress.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/mcp/tools/approval_shapes.h"
#include "proto/support/iso_time.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

Json TimeJson(const google::protobuf::Timestamp& time) { return ToIsoTime(FromProto(time)); }

DocumentProgress Progress(const v1::SpecSummary& spec, absl::string_view file_name, const v1::DocumentInfo& info,
                          const Approvals& approvals) {
  DocumentProgress progress{std::string(file_name), absl::StrCat(".spec-context/specs/", spec.name(), "/", file_name),
                            &info, nullptr};
  for (const v1::Approval& approval : approvals) {
    // Some tools state the whole path.
    if (approval.category_name() == spec.name() && absl::EndsWith(approval.file_path(), progress.path)) {
      progress.approval = &approval;
      break;
    }
  }
  return progress;
}

}  // namespace

absl::string_view PhaseOf(const v1::SpecSummary& spec) {
  if (!spec.requirements().exists()) return "requirements";
  if (!spec.design().exists()) return "design";
  if (!spec.tasks().exists()) return "tasks";
  const v1::TaskSummary& tasks = spec.task_summary();
  return tasks.total() > 0 && tasks.completed() == tasks.total() ? "completed" : "implementation";
}

Json SpecEntrySchema() {
  const Json tasks = ObjectSchema({{"total", CountSchema()},
                                   {"completed", CountSchema()},
                                   {"inProgress", CountSchema()},
                                   {"pending", CountSchema()},
                                   {"blocked", CountSchema()}});
  return ObjectSchema(
      {{"name", TextSchema()},
       {"phase", EnumSchema({"requirements", "design", "tasks", "implementation", "completed"}, "what is to be done")},
       {"lastModified", TextSchema()},
       {"tasks", tasks}},
      {"name", "phase"});
}

Json SpecEntryJson(const v1::SpecSummary& spec) {
  Json json = {
      {"name", spec.name()}, {"phase", std::string(PhaseOf(spec))}, {"lastModified", TimeJson(spec.last_modified())}};
  if (!spec.has_task_summary()) return json;
  const v1::TaskSummary& tasks = spec.task_summary();
  json["tasks"] = {{"total", tasks.total()},
                   {"completed", tasks.completed()},
                   {"inProgress", tasks.in_progress()},
                   {"pending", tasks.pending()},
                   {"blocked", tasks.blocked()}};
  return json;
}

absl::string_view DocumentProgress::status() const {
  if (!info->exists()) return "missing";
  return approval == nullptr ? "created" : ApprovalStatusName(approval->status());
}

std::vector<DocumentProgress> DocumentsOf(const v1::SpecSummary& spec, const Approvals& approvals) {
  return {Progress(spec, "requirements.md", spec.requirements(), approvals),
          Progress(spec, "design.md", spec.design(), approvals), Progress(spec, "tasks.md", spec.tasks(), approvals)};
}

Json DocumentSchema() {
  return ObjectSchema(
      {{"filePath", TextSchema()},
       {"status", EnumSchema({"missing", "created", "pending", "approved", "rejected", "needs-revision"},
                             "of its newest approval, if there is one")},
       {"lastModified", TextSchema()},
       {"approvalId", TextSchema()},
       {"approvalUrl", TextSchema()}},
      {"filePath", "status"});
}

Json DocumentJson(const DocumentProgress& document, const CommandPort& port) {
  Json json = {{"filePath", document.path}, {"status", std::string(document.status())}};
  if (document.info->has_last_modified()) json["lastModified"] = TimeJson(document.info->last_modified());
  if (document.approval == nullptr) return json;
  json["approvalId"] = document.approval->id();
  const std::string link = port.DashboardLink(absl::StrCat("approvals/", document.approval->id()));
  if (!link.empty()) json["approvalUrl"] = link;
  return json;
}

std::string NextStep(const v1::SpecSummary& spec, const std::vector<DocumentProgress>& documents,
                     const CommandPort& port) {
  for (const DocumentProgress& document : documents) {
    if (!document.info->exists()) {
      return absl::StrCat("Write ", document.path, " (spec-workflow-guide tells how), then request its approval with ",
                          "approvals and call wait-for-approval.");
    }
    if (document.approval != nullptr && document.approval->status() != v1::APPROVAL_STATUS_APPROVED) {
      return StepsAfter(*document.approval, port).front();
    }
  }
  if (PhaseOf(spec) == "completed") return "All tasks are completed: run the project's tests and tell the user.";
  if (spec.task_summary().total() == 0) return "tasks.md has no tasks: write them, then request its approval.";
  return absl::StrCat("Call task-next with specName \"", spec.name(), "\".");
}

}  // namespace specrelay
