// The API's description, made from the table of routes. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_OPENAPI_DOCUMENT_H_
#define SPECRELAY_DASHBOARD_OPENAPI_OPENAPI_DOCUMENT_H_

#include <vector>

#include "dashboard/http/route.h"
#include "dashboard/openapi/schema.h"

namespace specrelay {

// An OpenAPI 3.1 document of `routes`. Their schemas may refer to ApiSchemas().
Schema OpenApiDocument(const std::vector<Route>& routes);

// GET /api/openapi.json: the document of `routes` and of this route itself.
Route OpenApiRoute(std::vector<Route> routes);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_OPENAPI_DOCUMENT_H_
