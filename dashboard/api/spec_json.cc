#include "dashboard/api/spec_json.h"

namespace specrelay {
namespace {

void WritePhase(const v1::DocumentInfo& document, JsonWriter& json) {
  json.BeginObject().Key("exists").Bool(document.exists());
  if (document.has_last_modified()) json.Key("lastModified").Time(document.last_modified());
  json.EndObject();
}

void WriteSpec(const v1::SpecSummary& spec, JsonWriter& json) {
  json.BeginObject();
  json.Key("name").Text(spec.name());
  json.Key("displayName").Text(spec.display_name());
  json.Key("createdAt").Time(spec.created_at());
  json.Key("lastModified").Time(spec.last_modified());
  json.Key("phases").BeginObject();
  WritePhase(spec.requirements(), json.Key("requirements"));
  WritePhase(spec.design(), json.Key("design"));
  WritePhase(spec.tasks(), json.Key("tasks"));
  json.Key("implementation").BeginObject().Key("exists").Bool(true).EndObject();
  json.EndObject();
  if (spec.has_task_summary()) {
    const v1::TaskSummary& tasks = spec.task_summary();
    json.Key("taskProgress").BeginObject();
    json.Key("total").Integer(tasks.total());
    json.Key("completed").Integer(tasks.completed());
    json.Key("pending").Integer(tasks.pending()).EndObject();
  }
  json.EndObject();
}

}  // namespace

std::string SpecSummaryJson(const v1::SpecSummary& spec) {
  JsonWriter json;
  WriteSpec(spec, json);
  return json.Take();
}

std::string SpecListJson(const google::protobuf::RepeatedPtrField<v1::SpecSummary>& specs) {
  JsonWriter json;
  json.BeginArray();
  for (const v1::SpecSummary& spec : specs) WriteSpec(spec, json);
  return json.EndArray().Take();
}

}  // namespace specrelay
