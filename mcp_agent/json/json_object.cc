#include "mcp_agent/json/json_object.h"

#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "proto/support/bounded_json.h"
#include "proto/support/iso_time.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

const Json* Find(const Json& object, const char* key) {
  if (!object.is_object()) return nullptr;
  const auto it = object.find(key);
  return it == object.end() ? nullptr : &*it;
}

}  // namespace

absl::Status DamagedFileError(absl::string_view path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(".spec-context/", path, " is damaged: ", why,
                                                    "; repair it, restore it from a backup, or move it away"));
}

absl::StatusOr<Json> ParseJsonObject(absl::string_view path, absl::string_view bytes) {
  absl::StatusOr<Json> json = ParseBoundedJson(bytes, kMaxFileJsonDepth);
  if (!json.ok()) return DamagedFileError(path, json.status().message());
  if (!json->is_object()) return DamagedFileError(path, "it is not a JSON object");
  return json;
}

absl::optional<std::string> StringAt(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr || !value->is_string()) return absl::nullopt;
  return *value->get_ptr<const std::string*>();
}

absl::optional<absl::Time> TimeAt(const Json& object, const char* key) {
  const absl::optional<std::string> text = StringAt(object, key);
  if (!text.has_value()) return absl::nullopt;
  return ParseIsoTime(*text);
}

absl::optional<int64_t> IntegerAt(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  if (value == nullptr || !value->is_number_integer()) return absl::nullopt;
  if (value->is_number_unsigned()) {
    const uint64_t number = *value->get_ptr<const uint64_t*>();
    if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return absl::nullopt;
    return static_cast<int64_t>(number);
  }
  return *value->get_ptr<const int64_t*>();
}

bool IsTrueAt(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  return value != nullptr && value->is_boolean() && *value->get_ptr<const bool*>();
}

const Json* ArrayAt(const Json& object, const char* key) {
  const Json* value = Find(object, key);
  return value != nullptr && value->is_array() ? value : nullptr;
}

std::string DumpJson(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace); }

}  // namespace specrelay
