// The schemas that the table of the HTTP contract names. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_API_SCHEMAS_H_
#define SPECRELAY_DASHBOARD_OPENAPI_API_SCHEMAS_H_

#include "dashboard/openapi/schema.h"

namespace specrelay {

// By name: all that follow.
Schema ApiSchemas();

void AddCommonSchemas(Schema& schemas);  // success, failure, documents
void AddProjectSchemas(Schema& schemas);
void AddSpecSchemas(Schema& schemas);  // specs, tasks
void AddApprovalSchemas(Schema& schemas);
void AddQuestionSchemas(Schema& schemas);
void AddImplementationLogSchemas(Schema& schemas);
void AddAnalyticsSchemas(Schema& schemas);
void AddJobSchemas(Schema& schemas);
void AddSessionSchemas(Schema& schemas);  // logging in and out
void AddCommandSchemas(Schema& schemas);  // typed commands, with every message that they are made of

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_API_SCHEMAS_H_
