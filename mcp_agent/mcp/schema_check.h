// Arguments of a tool against its JSON Schema.
#ifndef SPECRELAY_MCP_AGENT_MCP_SCHEMA_CHECK_H_
#define SPECRELAY_MCP_AGENT_MCP_SCHEMA_CHECK_H_

#include "absl/status/status.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// OK when `value` has the form of `schema`; else INVALID_ARGUMENT for the first thing that is wrong, with where it is
// and what to give instead, for a model to read. Knows `type` (one, or several in an array), `properties`, `required`,
// `additionalProperties` (false), `enum`, `minimum`, `maximum`, `minLength`, `maxLength` (in characters), `items`,
// `minItems` and `maxItems`; ignores the rest. Pure.
absl::Status CheckAgainstSchema(const nlohmann::ordered_json& value, const nlohmann::ordered_json& schema);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_SCHEMA_CHECK_H_
