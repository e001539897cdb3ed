#include "dashboard/api/steering_json.h"

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

Json SteeringDocumentJson(const v1::SteeringReadResponse& response, absl::Time now) {
  if (!response.has_document()) return {{"content", ""}, {"lastModified", ToIsoTime(now)}};
  return {{"content", response.document().content()},
          {"lastModified", TimeJson(response.document().version().last_modified())}};
}

}  // namespace specrelay
