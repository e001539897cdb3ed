#include "mcp_agent/mcp/tools/log_implementation.h"

#include <initializer_list>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/logs/log_entry_json.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

Json TextsSchema(absl::string_view description = "") { return ListSchema(TextSchema(), description); }

// A list of objects with these texts, and a few properties of other types.
Json ArtifactSchema(std::initializer_list<const char*> texts, const SchemaProperties& others = {}) {
  SchemaProperties properties;
  for (const char* name : texts) properties.emplace_back(name, TextSchema());
  properties.insert(properties.end(), others.begin(), others.end());
  return ListSchema(ObjectSchema(properties));
}

Json ArtifactsSchema() {
  const SchemaProperties exported = {{"isExported", FlagSchema()}};
  return ObjectSchema(
      {{"apiEndpoints", ArtifactSchema({"method", "path", "purpose", "requestFormat", "responseFormat", "location"})},
       {"components", ArtifactSchema({"name", "type", "purpose", "location", "props"}, {{"exports", TextsSchema()}})},
       {"functions", ArtifactSchema({"name", "purpose", "location", "signature"}, exported)},
       {"classes",
        ArtifactSchema({"name", "purpose", "location"}, {{"methods", TextsSchema()}, {"isExported", FlagSchema()}})},
       {"integrations", ArtifactSchema({"description", "frontendComponent", "backendEndpoint", "dataFlow"})}},
      {}, "what others may reuse, each with its location (file:line); leave out kinds that do not occur");
}

ToolInfo Info() {
  ToolInfo info;
  info.name = "log-implementation";
  info.title = "Log an implementation";
  info.description =
      "Record what was made for a task. Call it when the task is implemented, before task-update sets it completed. "
      "Later "
      "tasks find it with search-logs instead of building it again, so name every endpoint, component, function, class "
      "and integration.";
  const Json statistics =
      ObjectSchema({{"linesAdded", CountSchema()}, {"linesRemoved", CountSchema()}, {"filesChanged", CountSchema()}});
  info.input_schema = ObjectSchema({{"specName", TextSchema()},
                                    {"taskId", TextSchema()},
                                    {"summary", TextSchema("what was made, in a sentence or two")},
                                    {"filesModified", TextsSchema("paths from the project's root")},
                                    {"filesCreated", TextsSchema()},
                                    {"statistics", statistics},
                                    {"artifacts", ArtifactsSchema()}},
                                   {"specName", "taskId", "summary", "artifacts"});
  info.output_schema = AnswerSchema(
      {{"specName", TextSchema()}, {"taskId", TextSchema()}, {"entryId", TextSchema()}, {"timestamp", TextSchema()}},
      {"specName", "taskId", "entryId", "timestamp"});
  return info;
}

}  // namespace

LogImplementationTool::LogImplementationTool(std::shared_ptr<ToolContext> context)
    : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> LogImplementationTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string spec_name = StringAt(arguments, "specName").value_or("");
  v1::Command command;
  command.mutable_impl_log_add()->set_spec_name(spec_name);
  v1::ImplementationLogEntry& wanted = *command.mutable_impl_log_add()->mutable_entry();
  // The arguments are an entry as files hold it, but for what the agent sets.
  wanted = LogEntryFromJson(arguments);
  wanted.clear_id();
  wanted.clear_timestamp();
  if (wanted.statistics().files_changed() == 0) {
    wanted.mutable_statistics()->set_files_changed(wanted.files_modified_size() + wanted.files_created_size());
  }
  const std::string task_id = wanted.task_id();
  if (const absl::Status checked = CheckTask(spec_name, task_id, call); !checked.ok()) return AdviseOnSpec(checked);
  const absl::StatusOr<v1::CommandResult> result = context()->Run(call, "add", std::move(command));
  if (absl::IsInvalidArgument(result.status())) {
    return Advise(result.status(), "correct this and call log-implementation again");
  }
  RETURN_IF_ERROR(result.status());
  const v1::ImplementationLogEntry& entry = result->impl_log_add().entry();
  return MakeAnswer(
      absl::StrCat("Logged for task ", task_id, " of ", spec_name, "."),
      {{"specName", spec_name}, {"taskId", task_id}, {"entryId", entry.id()}, {"timestamp", entry.timestamp()}},
      {absl::StrCat("Call task-update with specName \"", spec_name, "\", taskId \"", task_id,
                    "\" and status completed if the task is done.")});
}

absl::Status LogImplementationTool::CheckTask(const std::string& spec_name, const std::string& task_id,
                                              const ToolCall& call) const {
  v1::Command command;
  command.mutable_task_progress()->set_spec_name(spec_name);
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, "tasks", std::move(command)));
  const auto is_it = [&](const v1::Task& task) { return task.id() == task_id; };
  if (absl::c_any_of(result.task_progress().tasks(), is_it)) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("spec ", spec_name, " has no such task as taskId says"));
}

}  // namespace specrelay
