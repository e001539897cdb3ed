#include "dashboard/api/steering_json.h"

#include "dashboard/api/json_writer.h"
#include "proto/support/iso_time.h"

namespace specrelay {

Json SteeringStatusJson(const v1::SteeringStatus& status) {
  Json json = {{"exists", status.exists()},
               {"documents",
                {{"product", status.product()},
                 {"tech", status.tech()},
                 {"structure", status.structure()},
                 {"principles", status.principles()}}}};
  if (status.has_last_modified()) json["lastModified"] = TimeJson(status.last_modified());
  return json;
}

std::string NoSteeringDocumentJson(absl::Time now) {
  JsonWriter json;
  return json.BeginObject().Key("content").Text("").Key("lastModified").Text(ToIsoTime(now)).EndObject().Take();
}

}  // namespace specrelay
