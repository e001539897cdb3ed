#include "dashboard/openapi/api_schemas.h"

namespace specrelay {

Schema ApiSchemas() {
  Schema schemas = Schema::object();
  for (const auto& add :
       {AddCommonSchemas, AddProjectSchemas, AddSpecSchemas, AddApprovalSchemas, AddQuestionSchemas,
        AddImplementationLogSchemas, AddAnalyticsSchemas, AddJobSchemas, AddSessionSchemas, AddCommandSchemas}) {
    add(schemas);
  }
  return schemas;
}

}  // namespace specrelay
