// JSON Schema of protobuf messages. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_MESSAGE_SCHEMAS_H_
#define SPECRELAY_DASHBOARD_OPENAPI_MESSAGE_SCHEMAS_H_

#include "dashboard/openapi/schema.h"
#include "google/protobuf/descriptor.h"

namespace specrelay {

// Adds the schemas of `message` and of every message that it holds, under their full names, as the JSON mapping of
// protobuf writes them: fields with default values are left out, so none is required.
void AddMessageSchemas(const google::protobuf::Descriptor& message, Schema& schemas);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_MESSAGE_SCHEMAS_H_
