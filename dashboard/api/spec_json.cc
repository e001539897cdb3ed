#include "dashboard/api/spec_json.h"

namespace specrelay {
namespace {

Json PhaseJson(const v1::DocumentInfo& document) {
  Json json = {{"exists", document.exists()}};
  if (document.has_last_modified()) json["lastModified"] = TimeJson(document.last_modified());
  return json;
}

}  // namespace

Json SpecSummaryJson(const v1::SpecSummary& spec) {
  Json json = {{"name", spec.name()},
               {"displayName", spec.display_name()},
               {"createdAt", TimeJson(spec.created_at())},
               {"lastModified", TimeJson(spec.last_modified())},
               {"phases",
                {{"requirements", PhaseJson(spec.requirements())},
                 {"design", PhaseJson(spec.design())},
                 {"tasks", PhaseJson(spec.tasks())},
                 {"implementation", {{"exists", true}}}}}};
  if (spec.has_task_summary()) {
    const v1::TaskSummary& tasks = spec.task_summary();
    json["taskProgress"] = {{"total", tasks.total()}, {"completed", tasks.completed()}, {"pending", tasks.pending()}};
  }
  return json;
}

Json SpecListJson(const google::protobuf::RepeatedPtrField<v1::SpecSummary>& specs) {
  Json list = Json::array();
  for (const v1::SpecSummary& spec : specs) list.push_back(SpecSummaryJson(spec));
  return list;
}

Json DocumentJson(bool exists, const v1::DocumentContent& document) {
  if (!exists) return nullptr;
  return {{"content", document.content()}, {"lastModified", TimeJson(document.version().last_modified())}};
}

}  // namespace specrelay
