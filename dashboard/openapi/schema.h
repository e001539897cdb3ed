// Pieces of JSON Schema in the dialect of OpenAPI 3.1. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_OPENAPI_SCHEMA_H_
#define SPECRELAY_DASHBOARD_OPENAPI_SCHEMA_H_

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// A schema, or an object of named ones. Keeps its fields in the order in which they are added.
using Schema = nlohmann::ordered_json;

Schema Text(absl::string_view description = "");
Schema Time();
Schema Count();  // a whole number that is not negative
Schema Number(absl::string_view description = "");
Schema Flag(absl::string_view description = "");
Schema Choice(std::initializer_list<absl::string_view> values);
Schema ListOf(Schema items);
Schema OrNull(Schema schema);
Schema AnyObject(absl::string_view description = "");

// The schema of that name among the document's components.
Schema Reference(absl::string_view name);

// An object. A field whose name ends in "?" may be absent.
Schema Object(const std::vector<std::pair<absl::string_view, Schema>>& fields, absl::string_view description = "");

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_OPENAPI_SCHEMA_H_
