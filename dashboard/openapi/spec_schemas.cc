#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

Schema Phase() { return Object({{"exists", Flag()}, {"lastModified?", Time()}}); }

Schema Status() { return Choice({"pending", "in-progress", "completed", "blocked"}); }

Schema Task() {
  return Object({{"id", Text()},
                 {"description", Text()},
                 {"status", Status()},
                 {"lineNumber", Count()},
                 {"indentLevel", Number()},
                 {"isHeader", Flag()},
                 {"completed", Flag()},
                 {"inProgress", Flag()},
                 {"blockedReason?", Text()},
                 {"requirements?", ListOf(Text())},
                 {"leverage?", Text()},
                 {"files?", ListOf(Text())},
                 {"purposes?", ListOf(Text())},
                 {"implementationDetails?", ListOf(Text())},
                 {"prompt?", Text()},
                 {"promptStructured?", ListOf(Object({{"key", Text()}, {"value", Text()}}))}});
}

}  // namespace

void AddSpecSchemas(Schema& schemas) {
  schemas["Spec"] = Object(
      {{"name", Text()},
       {"displayName", Text()},
       {"createdAt", Time()},
       {"lastModified", Time()},
       {"phases",
        Object({{"requirements", Phase()}, {"design", Phase()}, {"tasks", Phase()}, {"implementation", Phase()}})},
       {"taskProgress?", Object({{"total", Count()}, {"completed", Count()}, {"pending", Count()}})}});
  schemas["SpecList"] = ListOf(Reference("Spec"));
  schemas["SpecDocuments"] = Object({{"requirements", OrNull(Reference("Document"))},
                                     {"design", OrNull(Reference("Document"))},
                                     {"tasks", OrNull(Reference("Document"))}});
  schemas["Task"] = Task();
  schemas["TaskProgress"] = Object({{"total", Count()},
                                    {"completed", Count()},
                                    {"inProgress", OrNull(Text("Id of the first task in progress"))},
                                    {"progress", Number("Percent")},
                                    {"taskList", ListOf(Reference("Task"))},
                                    {"lastModified", Time()}});
  schemas["TaskStatusUpdate"] = Object({{"status", Status()}, {"reason?", Text("Why it is blocked")}});
  schemas["TaskStatusUpdated"] = Object({{"success", Flag()}, {"message", Text()}, {"task", Reference("Task")}});
}

}  // namespace specrelay
