#include "dashboard/openapi/schema.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

Schema OfType(const char* type, absl::string_view description) {
  Schema schema = {{"type", type}};
  if (!description.empty()) schema["description"] = std::string(description);
  return schema;
}

}  // namespace

Schema Text(absl::string_view description) { return OfType("string", description); }

Schema Time() { return {{"type", "string"}, {"format", "date-time"}}; }

Schema Count() { return {{"type", "integer"}, {"minimum", 0}}; }

Schema Number(absl::string_view description) { return OfType("number", description); }

Schema Flag(absl::string_view description) { return OfType("boolean", description); }

Schema Choice(std::initializer_list<absl::string_view> values) {
  Schema schema = {{"type", "string"}, {"enum", Schema::array()}};
  for (const absl::string_view value : values) schema["enum"].push_back(std::string(value));
  return schema;
}

Schema ListOf(Schema items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Schema OrNull(Schema schema) {
  Schema either = Schema::object();
  either["anyOf"].push_back(std::move(schema));
  either["anyOf"].push_back({{"type", "null"}});
  return either;
}

Schema AnyObject(absl::string_view description) { return OfType("object", description); }

Schema Reference(absl::string_view name) { return {{"$ref", absl::StrCat("#/components/schemas/", name)}}; }

Schema Object(const std::vector<std::pair<absl::string_view, Schema>>& fields, absl::string_view description) {
  Schema schema = OfType("object", description);
  Schema required = Schema::array();
  schema["properties"] = Schema::object();
  for (const auto& field : fields) {
    absl::string_view name = field.first;
    if (!absl::ConsumeSuffix(&name, "?")) required.push_back(std::string(name));
    schema["properties"][std::string(name)] = field.second;
  }
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

}  // namespace specrelay
