// Routes of the HTTP contract that send commands: what the table says of them, and how their handlers are written.
#ifndef SPECRELAY_DASHBOARD_API_API_ROUTE_H_
#define SPECRELAY_DASHBOARD_API_API_ROUTE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dashboard/api/api_call.h"
#include "dashboard/http/route.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// May block; failures are answered.
using ApiHandler = absl::StatusOr<HttpResponse> (*)(const ApiCall& call);

// Status codes that routes may answer with besides the usual ones, by what they do.
inline constexpr int kNotFound[] = {404};
inline constexpr int kConflict[] = {409};
inline constexpr int kNotFoundOrConflict[] = {404, 409};
inline constexpr int kReads[] = {404, 503, 504};
inline constexpr int kTaggedReads[] = {304, 404, 503, 504};
inline constexpr int kWrites[] = {202, 404, 409, 503, 504};
inline constexpr int kConditionalWrites[] = {202, 404, 409, 412, 503, 504};

// What the table says of a route. Schemas are names of ApiSchemas(), or empty for none.
struct ApiRouteSpec {
  absl::string_view method;
  absl::string_view pattern;
  Access access;
  absl::string_view summary;
  absl::string_view request_schema;
  absl::string_view response_schema;
  absl::Span<const int> statuses = {};
  std::vector<QueryParameter> query = {};
};

// A read of one command, for which nobody waits on a thread. Either part may fail; both must be quick.
struct ApiQuery {
  absl::StatusOr<v1::Command> (*command)(const ApiCall& call);
  absl::StatusOr<HttpResponse> (*answer)(const ApiCall& call, const v1::CommandResult& result);
};

// Routes whose handlers may fail. `services` must outlive them. That of a query must be a GET.
Route ApiRoute(ApiServices& services, const ApiRouteSpec& spec, ApiHandler handler);
Route ApiRoute(ApiServices& services, const ApiRouteSpec& spec, ApiQuery query);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_API_ROUTE_H_
