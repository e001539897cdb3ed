#include "dashboard/openapi/openapi_document.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "dashboard/openapi/api_schemas.h"
#include "dashboard/openapi/operation.h"
#include "proto/support/version.h"

namespace specrelay {

Schema OpenApiDocument(const std::vector<Route>& routes) {
  Schema paths = Schema::object();
  for (const Route& route : routes) {
    paths[route.pattern][absl::AsciiStrToLower(route.method)] = OperationOf(route);
  }
  Schema components = {{"schemas", ApiSchemas()}};
  components.update(OperationComponents());
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "SpecRelay"},
            {"version", kVersion},
            {"description",
             "Reads, edits and approves the specs of projects, on the machines of their developers. `x-role` is the "
             "least role that may use an operation."}}},
          {"servers", Schema::array({{{"url", "/"}}})},
          {"paths", std::move(paths)},
          {"components", std::move(components)}};
}

Route OpenApiRoute(std::vector<Route> routes) {
  Route route;
  route.method = "GET";
  route.pattern = "/api/openapi.json";
  route.access = Access::kViewer;
  route.summary = "Describes this API";
  route.response_schema = R"({"type":"object"})";
  routes.push_back(route);
  const auto text = std::make_shared<const std::string>(OpenApiDocument(routes).dump());
  route.handler = [text](const CallContext&) { return HttpResponse::Json(200, *text); };
  return route;
}

}  // namespace specrelay
