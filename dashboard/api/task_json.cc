#include "dashboard/api/task_json.h"

#include <string>
#include <utility>

#include "proto/support/task_status.h"

namespace specrelay {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void AddText(const char* name, const std::string& text, Json& json) {
  if (!text.empty()) json[name] = text;
}

void AddTexts(const char* name, const Texts& texts, Json& json) {
  if (!texts.empty()) json[name] = TextsJson(texts);
}

}  // namespace

Json TaskJson(const v1::Task& task) {
  Json json = {{"id", task.id()},
               {"description", task.description()},
               {"status", std::string(TaskStatusName(task.status()))},
               {"lineNumber", task.line_number()},
               {"indentLevel", NumberJson(task.indent_level())},
               {"isHeader", task.is_header()},
               {"completed", task.status() == v1::TASK_STATUS_COMPLETED},
               {"inProgress", task.status() == v1::TASK_STATUS_IN_PROGRESS}};
  AddText("blockedReason", task.blocked_reason(), json);
  AddTexts("requirements", task.requirements(), json);
  AddText("leverage", task.leverage(), json);
  AddTexts("files", task.files(), json);
  AddTexts("purposes", task.purposes(), json);
  AddTexts("implementationDetails", task.implementation_details(), json);
  AddText("prompt", task.prompt(), json);
  for (const v1::PromptSection& section : task.prompt_sections()) {
    json["promptStructured"].push_back({{"key", section.key()}, {"value", section.value()}});
  }
  return json;
}

Json TaskProgressJson(const v1::TaskProgressResponse& progress) {
  Json tasks = Json::array();
  for (const v1::Task& task : progress.tasks()) tasks.push_back(TaskJson(task));
  const std::string& in_progress = progress.in_progress_task_id();
  return {{"total", progress.summary().total()},
          {"completed", progress.summary().completed()},
          {"inProgress", in_progress.empty() ? Json() : Json(in_progress)},
          {"progress", NumberJson(progress.progress_percent())},
          {"taskList", std::move(tasks)},
          {"lastModified", TimeJson(progress.version().last_modified())}};
}

}  // namespace specrelay
