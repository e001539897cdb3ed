// Artifacts of an implementation as JSON and as messages. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_LOGS_ARTIFACT_JSON_H_
#define SPECRELAY_MCP_AGENT_LOGS_ARTIFACT_JSON_H_

#include "absl/status/status.h"
#include "google/protobuf/struct.pb.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Each level of JSON is three of a message, and readers refuse messages nested over 100 levels.
inline constexpr int kMaxArtifactDepth = 16;

// INVALID_ARGUMENT unless the known kinds are lists of objects, all text is UTF-8, all numbers are finite, and nothing
// is nested deeper than kMaxArtifactDepth.
absl::Status CheckArtifacts(const google::protobuf::Struct& artifacts);

// Known keys in the order of existing tools, the others after them by name. Whole numbers have no decimal point.
nlohmann::ordered_json ArtifactsToJson(const google::protobuf::Struct& artifacts);

// What is nested too deep becomes its JSON text. An empty message for what is no object.
google::protobuf::Struct ArtifactsFromJson(const nlohmann::ordered_json& json);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_ARTIFACT_JSON_H_
