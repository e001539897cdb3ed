// Whether values are as the API's description says, and whether the description is one. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_TESTING_SCHEMA_CHECK_H_
#define SPECRELAY_DASHBOARD_OPENAPI_TESTING_SCHEMA_CHECK_H_

#include <string>
#include <vector>

#include "dashboard/openapi/schema.h"

namespace specrelay {

// What to think of a field that its object's schema does not name: what the server sends must be described; what it
// gets need not be.
enum class OtherFields { kRefuse, kIgnore };

// What of `value` is not as `schema` says, one line each; empty when all is well. References are looked up in
// `document`.
std::vector<std::string> CheckValue(const Schema& value, const Schema& schema, const Schema& document,
                                    OtherFields other_fields = OtherFields::kRefuse);

// A value with every field that `schema` names: its first example, or the first that is allowed.
Schema ExampleOf(const Schema& schema, const Schema& document);

// What of `document` is not OpenAPI 3.1, or refers to something that is not there.
std::vector<std::string> CheckDocument(const Schema& document);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_TESTING_SCHEMA_CHECK_H_
