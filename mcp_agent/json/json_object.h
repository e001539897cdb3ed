// JSON objects in files, changed in place so that what others wrote in them survives. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_JSON_JSON_OBJECT_H_
#define SPECRELAY_MCP_AGENT_JSON_JSON_OBJECT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Deeper than any file that we or existing tools write.
inline constexpr int kMaxFileJsonDepth = 64;

// FAILED_PRECONDITION for the file at `path` of the tree, which cannot be used: says why and what to do.
absl::Status DamagedFileError(absl::string_view path, absl::string_view why);

// The object that `bytes` is. A DamagedFileError for anything else, for invalid UTF-8 and for what is nested deeper
// than kMaxFileJsonDepth.
absl::StatusOr<nlohmann::ordered_json> ParseJsonObject(absl::string_view path, absl::string_view bytes);

// The value at `key` of an object, when it is there and of that kind.
absl::optional<std::string> StringAt(const nlohmann::ordered_json& object, const char* key);
absl::optional<absl::Time> TimeAt(const nlohmann::ordered_json& object, const char* key);
absl::optional<int64_t> IntegerAt(const nlohmann::ordered_json& object, const char* key);
bool IsTrueAt(const nlohmann::ordered_json& object, const char* key);
// nullptr when it is no array.
const nlohmann::ordered_json* ArrayAt(const nlohmann::ordered_json& object, const char* key);

// As existing tools lay it out: indented by two, without a final line feed.
std::string DumpJson(const nlohmann::ordered_json& json);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JSON_JSON_OBJECT_H_
