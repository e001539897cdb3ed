#include "mcp_agent/mcp/tools/schema.h"

namespace specrelay {
namespace {

Json Typed(const char* type, absl::string_view description) {
  Json schema = {{"type", type}};
  if (!description.empty()) schema["description"] = std::string(description);
  return schema;
}

}  // namespace

Json TextSchema(absl::string_view description) { return Typed("string", description); }

Json EnumSchema(const std::vector<absl::string_view>& values, absl::string_view description) {
  Json schema = Typed("string", description);
  schema["enum"] = Json::array();
  for (const absl::string_view value : values) schema["enum"].push_back(std::string(value));
  return schema;
}

Json CountSchema(absl::string_view description) {
  Json schema = Typed("integer", description);
  schema["minimum"] = 0;
  return schema;
}

Json FlagSchema(absl::string_view description) { return Typed("boolean", description); }

Json ListSchema(Json items, absl::string_view description) {
  Json schema = Typed("array", description);
  schema["items"] = std::move(items);
  return schema;
}

Json ObjectSchema(const SchemaProperties& properties, const std::vector<std::string>& required,
                  absl::string_view description) {
  Json schema = Typed("object", description);
  schema["properties"] = Json::object();
  for (const auto& [name, property] : properties) schema["properties"][name] = property;
  if (!required.empty()) schema["required"] = required;
  return schema;
}

Json AnswerSchema(SchemaProperties properties, std::vector<std::string> required) {
  properties.emplace(properties.begin(), "message", TextSchema());
  properties.emplace_back("nextSteps", ListSchema(TextSchema()));
  required.insert(required.begin(), "message");
  required.emplace_back("nextSteps");
  return ObjectSchema(properties, required);
}

}  // namespace specrelay
