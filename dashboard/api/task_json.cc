#include "dashboard/api/task_json.h"

#include <string>

#include "proto/support/task_status.h"

namespace specrelay {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void AddText(const char* name, const std::string& text, JsonWriter& json) {
  if (!text.empty()) json.Key(name).Text(text);
}

void AddTexts(const char* name, const Texts& texts, JsonWriter& json) {
  if (!texts.empty()) json.Key(name).Texts(texts);
}

void AddPromptSections(const google::protobuf::RepeatedPtrField<v1::PromptSection>& sections, JsonWriter& json) {
  if (sections.empty()) return;
  json.Key("promptStructured").BeginArray();
  for (const v1::PromptSection& section : sections) {
    json.BeginObject().Key("key").Text(section.key()).Key("value").Text(section.value()).EndObject();
  }
  json.EndArray();
}

}  // namespace

void WriteTask(const v1::Task& task, JsonWriter& json) {
  json.BeginObject();
  json.Key("id").Text(task.id());
  json.Key("description").Text(task.description());
  json.Key("status").Text(TaskStatusName(task.status()));
  json.Key("lineNumber").Integer(task.line_number());
  json.Key("indentLevel").Number(task.indent_level());
  json.Key("isHeader").Bool(task.is_header());
  json.Key("completed").Bool(task.status() == v1::TASK_STATUS_COMPLETED);
  json.Key("inProgress").Bool(task.status() == v1::TASK_STATUS_IN_PROGRESS);
  AddText("blockedReason", task.blocked_reason(), json);
  AddTexts("requirements", task.requirements(), json);
  AddText("leverage", task.leverage(), json);
  AddTexts("files", task.files(), json);
  AddTexts("purposes", task.purposes(), json);
  AddTexts("implementationDetails", task.implementation_details(), json);
  AddText("prompt", task.prompt(), json);
  AddPromptSections(task.prompt_sections(), json);
  json.EndObject();
}

std::string TaskProgressJson(const v1::TaskProgressResponse& progress) {
  JsonWriter json;
  json.BeginObject();
  json.Key("total").Integer(progress.summary().total());
  json.Key("completed").Integer(progress.summary().completed());
  json.Key("inProgress");
  progress.in_progress_task_id().empty() ? json.Null() : json.Text(progress.in_progress_task_id());
  json.Key("progress").Number(progress.progress_percent());
  json.Key("taskList").BeginArray();
  for (const v1::Task& task : progress.tasks()) WriteTask(task, json);
  json.EndArray();
  json.Key("lastModified").Time(progress.version().last_modified());
  return json.EndObject().Take();
}

}  // namespace specrelay
