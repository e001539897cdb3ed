#include "dashboard/api/document_json.h"

namespace specrelay {

void WriteDocument(const v1::DocumentContent& document, JsonWriter& json) {
  json.BeginObject();
  json.Key("content").Text(document.content());
  json.Key("lastModified").Time(document.version().last_modified());
  json.EndObject();
}

std::string DocumentJson(const v1::DocumentContent& document) {
  JsonWriter json;
  WriteDocument(document, json);
  return json.Take();
}

}  // namespace specrelay
