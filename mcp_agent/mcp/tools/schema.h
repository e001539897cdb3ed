// Pieces of JSON Schema for what tools take and give. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_SCHEMA_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_SCHEMA_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {

using Json = nlohmann::ordered_json;
using SchemaProperties = std::vector<std::pair<std::string, Json>>;

// Descriptions are for the model, and cost it something each time: only what the name does not say. None when empty.
Json TextSchema(absl::string_view description = "");
Json EnumSchema(const std::vector<absl::string_view>& values, absl::string_view description = "");
Json CountSchema(absl::string_view description = "");
Json FlagSchema(absl::string_view description = "");
Json ListSchema(Json items, absl::string_view description = "");
Json ObjectSchema(const SchemaProperties& properties, const std::vector<std::string>& required = {},
                  absl::string_view description = "");

// Of what MakeAnswer() makes: an object with `message`, these properties and `nextSteps`.
Json AnswerSchema(SchemaProperties properties, std::vector<std::string> required = {});

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_SCHEMA_H_
