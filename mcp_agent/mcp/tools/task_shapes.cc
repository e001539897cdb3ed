#include "mcp_agent/mcp/tools/task_shapes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "proto/support/task_status.h"

namespace specrelay {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;

void Add(const char* name, const std::string& text, Json& json) {
  if (!text.empty()) json[name] = text;
}

void Add(const char* name, const Texts& texts, Json& json) {
  if (!texts.empty()) json[name] = std::vector<std::string>(texts.begin(), texts.end());
}

void AddLine(absl::string_view name, absl::string_view value, std::string& text) {
  if (!value.empty()) absl::StrAppend(&text, "\n", name, ": ", value);
}

}  // namespace

Json TaskStatusSchema(absl::string_view description) {
  return EnumSchema({"pending", "in-progress", "completed", "blocked"}, description);
}

Json TaskSchema() {
  const Json part = ObjectSchema({{"key", TextSchema()}, {"value", TextSchema()}}, {"key", "value"});
  return ObjectSchema({{"id", TextSchema()},
                       {"description", TextSchema()},
                       {"status", TaskStatusSchema()},
                       {"blockedReason", TextSchema()},
                       {"requirements", ListSchema(TextSchema())},
                       {"leverage", TextSchema()},
                       {"files", ListSchema(TextSchema())},
                       {"purposes", ListSchema(TextSchema())},
                       {"implementationDetails", ListSchema(TextSchema())},
                       {"prompt", TextSchema()},
                       {"promptStructured", ListSchema(part)}},
                      {"id", "description", "status"});
}

Json TaskJson(const v1::Task& task) {
  Json json = {
      {"id", task.id()}, {"description", task.description()}, {"status", std::string(TaskStatusName(task.status()))}};
  Add("blockedReason", task.blocked_reason(), json);
  Add("requirements", task.requirements(), json);
  Add("leverage", task.leverage(), json);
  Add("files", task.files(), json);
  Add("purposes", task.purposes(), json);
  Add("implementationDetails", task.implementation_details(), json);
  // Its parts say the same.
  if (task.prompt_sections().empty()) Add("prompt", task.prompt(), json);
  for (const v1::PromptSection& part : task.prompt_sections()) {
    json["promptStructured"].push_back({{"key", part.key()}, {"value", part.value()}});
  }
  return json;
}

std::string DescribeTask(const v1::Task& task) {
  std::string text = absl::StrCat("Task ", task.id(), " (", TaskStatusName(task.status()), "): ", task.description());
  AddLine("Files", absl::StrJoin(task.files(), ", "), text);
  AddLine("Purpose", absl::StrJoin(task.purposes(), "; "), text);
  AddLine("Details", absl::StrJoin(task.implementation_details(), "; "), text);
  AddLine("Leverage", task.leverage(), text);
  AddLine("Requirements", absl::StrJoin(task.requirements(), ", "), text);
  AddLine("Blocked", task.blocked_reason(), text);
  if (task.prompt_sections().empty()) AddLine("Prompt", task.prompt(), text);
  if (!task.prompt_sections().empty()) absl::StrAppend(&text, "\nPrompt:");
  for (const v1::PromptSection& part : task.prompt_sections()) {
    absl::StrAppend(&text, "\n- ", part.key(), ": ", part.value());
  }
  return text;
}

Json BlockedTasksSchema() {
  return ListSchema(ObjectSchema({{"id", TextSchema()}, {"description", TextSchema()}, {"blockedReason", TextSchema()}},
                                 {"id", "description"}));
}

Json BlockedTasksJson(const std::vector<const v1::Task*>& tasks) {
  Json list = Json::array();
  for (const v1::Task* task : tasks) {
    Json json = {{"id", task->id()}, {"description", task->description()}};
    Add("blockedReason", task->blocked_reason(), json);
    list.push_back(std::move(json));
  }
  return list;
}

std::string DescribeBlockedTasks(const std::vector<const v1::Task*>& tasks) {
  std::string text;
  for (const v1::Task* task : tasks) {
    absl::StrAppend(&text, "\n- ", task->id(), " ", task->description(), ": ",
                    task->blocked_reason().empty() ? "no reason stated" : task->blocked_reason());
  }
  return text;
}

}  // namespace specrelay
