// What the API's description says of one route. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_OPERATION_H_
#define SPECRELAY_DASHBOARD_OPENAPI_OPERATION_H_

#include "dashboard/http/route.h"
#include "dashboard/openapi/schema.h"

namespace specrelay {

// An Operation Object. It refers to OperationComponents().
Schema OperationOf(const Route& route);

// Components besides the schemas: responses that routes share, and how to say who one is.
Schema OperationComponents();

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_OPERATION_H_
