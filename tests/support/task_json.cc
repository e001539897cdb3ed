#include "tests/support/task_json.h"

#include <string>
#include <utility>

#include "proto/support/task_status.h"

namespace specrelay {
namespace {

using nlohmann::json;

void AddText(const char* key, const std::string& text, json& object) {
  if (!text.empty()) object[key] = text;
}

void AddTexts(const char* key, const google::protobuf::RepeatedPtrField<std::string>& texts, json& object) {
  for (const std::string& text : texts) object[key].push_back(text);
}

}  // namespace

json TaskToJson(const v1::Task& task) {
  json object = {{"id", task.id()},
                 {"description", task.description()},
                 {"status", std::string(TaskStatusName(task.status()))},
                 {"lineNumber", task.line_number()},
                 {"indentLevel", task.indent_level()},
                 {"isHeader", task.is_header()},
                 {"completed", task.status() == v1::TASK_STATUS_COMPLETED},
                 {"inProgress", task.status() == v1::TASK_STATUS_IN_PROGRESS},
                 {"blocked", task.status() == v1::TASK_STATUS_BLOCKED}};
  AddText("blockedReason", task.blocked_reason(), object);
  AddTexts("requirements", task.requirements(), object);
  AddText("leverage", task.leverage(), object);
  AddTexts("files", task.files(), object);
  AddTexts("purposes", task.purposes(), object);
  AddTexts("implementationDetails", task.implementation_details(), object);
  AddText("prompt", task.prompt(), object);
  for (const v1::PromptSection& section : task.prompt_sections()) {
    object["promptStructured"].push_back({{"key", section.key()}, {"value", section.value()}});
  }
  return object;
}

json TaskProgressToJson(const v1::TaskProgressResponse& progress) {
  json tasks = json::array();
  for (const v1::Task& task : progress.tasks()) tasks.push_back(TaskToJson(task));
  const v1::TaskSummary& summary = progress.summary();
  const std::string& in_progress = progress.in_progress_task_id();
  return {{"tasks", std::move(tasks)},
          {"inProgressTask", in_progress.empty() ? json() : json(in_progress)},
          {"summary",
           {{"total", summary.total()},
            {"completed", summary.completed()},
            {"inProgress", summary.in_progress()},
            {"pending", summary.pending()},
            {"blocked", summary.blocked()},
            {"headers", summary.headers()}}}};
}

}  // namespace specrelay
