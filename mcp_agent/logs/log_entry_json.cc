#include "mcp_agent/logs/log_entry_json.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "mcp_agent/json/json_object.h"
#include "mcp_agent/logs/artifact_json.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

template <typename Texts>
Json ToJsonList(const Texts& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

template <typename Texts>
void TakeTexts(const Json& object, const char* key, Texts* texts) {
  const Json* list = ArrayAt(object, key);
  if (list == nullptr) return;
  for (const Json& element : *list) {
    if (element.is_string()) texts->Add(std::string(*element.get_ptr<const std::string*>()));
  }
}

int32_t CountAt(const Json& object, const char* key) {
  const int64_t count = IntegerAt(object, key).value_or(0);
  return static_cast<int32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
}

}  // namespace

Json LogEntryToJson(const v1::ImplementationLogEntry& entry) {
  Json json = Json::object();
  json["id"] = entry.id();
  json["taskId"] = entry.task_id();
  json["timestamp"] = entry.timestamp();
  json["summary"] = entry.summary();
  json["filesModified"] = ToJsonList(entry.files_modified());
  json["filesCreated"] = ToJsonList(entry.files_created());
  json["statistics"] = {{"linesAdded", entry.statistics().lines_added()},
                        {"linesRemoved", entry.statistics().lines_removed()},
                        {"filesChanged", entry.statistics().files_changed()}};
  json["artifacts"] = ArtifactsToJson(entry.artifacts());
  return json;
}

v1::ImplementationLogEntry LogEntryFromJson(const Json& json) {
  v1::ImplementationLogEntry entry;
  entry.set_id(StringAt(json, "id").value_or(""));
  entry.set_task_id(StringAt(json, "taskId").value_or(""));
  entry.set_timestamp(StringAt(json, "timestamp").value_or(""));
  entry.set_summary(StringAt(json, "summary").value_or(""));
  TakeTexts(json, "filesModified", entry.mutable_files_modified());
  TakeTexts(json, "filesCreated", entry.mutable_files_created());
  v1::ImplementationStatistics& statistics = *entry.mutable_statistics();
  if (const auto it = json.find("statistics"); it != json.end()) {
    statistics.set_lines_added(CountAt(*it, "linesAdded"));
    statistics.set_lines_removed(CountAt(*it, "linesRemoved"));
    statistics.set_files_changed(CountAt(*it, "filesChanged"));
  }
  if (const auto it = json.find("artifacts"); it != json.end()) *entry.mutable_artifacts() = ArtifactsFromJson(*it);
  return entry;
}

}  // namespace specrelay
