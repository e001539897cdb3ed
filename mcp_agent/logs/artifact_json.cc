#include "mcp_agent/logs/artifact_json.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using Json = nlohmann::ordered_json;

constexpr absl::string_view kKinds[] = {"apiEndpoints", "components", "functions", "classes", "integrations"};

constexpr absl::string_view kKeyOrder[] = {
    "apiEndpoints",    "components", "functions",     "classes",        "integrations",
    "method",          "path",       "name",          "type",           "description",
    "purpose",         "location",   "requestFormat", "responseFormat", "signature",
    "isExported",      "props",      "exports",       "methods",        "frontendComponent",
    "backendEndpoint", "dataFlow"};

// Doubles hold every whole number up to here.
constexpr double kMaxExactInteger = 9007199254740992.0;

absl::Status CheckValue(const Value& value, int depth);

absl::Status CheckStruct(const Struct& object, int depth) {
  for (const auto& [key, value] : object.fields()) {
    if (!IsValidUtf8(key)) return absl::InvalidArgumentError("artifacts hold a key that is not UTF-8; send UTF-8 text");
    RETURN_IF_ERROR(CheckValue(value, depth + 1));
  }
  return absl::OkStatus();
}

absl::Status CheckValue(const Value& value, int depth) {
  if (depth > kMaxArtifactDepth) {
    return absl::InvalidArgumentError(
        absl::StrCat("artifacts are nested deeper than ", kMaxArtifactDepth, " levels; flatten them"));
  }
  switch (value.kind_case()) {
    case Value::kStringValue:
      if (IsValidUtf8(value.string_value())) return absl::OkStatus();
      return absl::InvalidArgumentError("artifacts hold text that is not UTF-8; send UTF-8 text");
    case Value::kNumberValue:
      if (std::isfinite(value.number_value())) return absl::OkStatus();
      return absl::InvalidArgumentError("artifacts hold a number that is not finite, which JSON cannot hold");
    case Value::kStructValue:
      return CheckStruct(value.struct_value(), depth);
    case Value::kListValue:
      for (const Value& element : value.list_value().values()) RETURN_IF_ERROR(CheckValue(element, depth + 1));
      return absl::OkStatus();
    default:
      return absl::OkStatus();
  }
}

size_t Rank(absl::string_view key) {
  return static_cast<size_t>(std::find(std::begin(kKeyOrder), std::end(kKeyOrder), key) - std::begin(kKeyOrder));
}

Json ToJsonValue(const Value& value);

Json ToJsonObject(const Struct& object) {
  std::vector<std::pair<size_t, absl::string_view>> keys;
  for (const auto& field : object.fields()) keys.emplace_back(Rank(field.first), field.first);
  std::sort(keys.begin(), keys.end());
  Json json = Json::object();
  for (const auto& [rank, key] : keys) json[std::string(key)] = ToJsonValue(object.fields().at(std::string(key)));
  return json;
}

Json ToJsonValue(const Value& value) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kNumberValue: {
      const double number = value.number_value();
      if (std::trunc(number) == number && std::fabs(number) <= kMaxExactInteger) return static_cast<int64_t>(number);
      return number;
    }
    case Value::kBoolValue:
      return value.bool_value();
    case Value::kStructValue:
      return ToJsonObject(value.struct_value());
    case Value::kListValue: {
      Json list = Json::array();
      for (const Value& element : value.list_value().values()) list.push_back(ToJsonValue(element));
      return list;
    }
    default:
      return nullptr;
  }
}

void FromJsonObject(const Json& json, int depth, Struct& object);

void FromJsonValue(const Json& json, int depth, Value& value) {
  if (json.is_string()) {
    value.set_string_value(*json.get_ptr<const std::string*>());
  } else if (json.is_boolean()) {
    value.set_bool_value(*json.get_ptr<const bool*>());
  } else if (json.is_number_float()) {
    value.set_number_value(*json.get_ptr<const double*>());
  } else if (json.is_number_unsigned()) {
    value.set_number_value(static_cast<double>(*json.get_ptr<const uint64_t*>()));
  } else if (json.is_number_integer()) {
    value.set_number_value(static_cast<double>(*json.get_ptr<const int64_t*>()));
  } else if (json.is_structured() && depth >= kMaxArtifactDepth) {
    value.set_string_value(json.dump(-1, ' ', false, Json::error_handler_t::replace));
  } else if (json.is_array()) {
    auto& list = *value.mutable_list_value();
    for (const Json& element : json) FromJsonValue(element, depth + 1, *list.add_values());
  } else if (json.is_object()) {
    FromJsonObject(json, depth, *value.mutable_struct_value());
  } else {
    value.set_null_value(google::protobuf::NULL_VALUE);
  }
}

void FromJsonObject(const Json& json, int depth, Struct& object) {
  for (const auto& [key, element] : json.items()) FromJsonValue(element, depth + 1, (*object.mutable_fields())[key]);
}

}  // namespace

absl::Status CheckArtifacts(const Struct& artifacts) {
  for (const absl::string_view kind : kKinds) {
    const auto it = artifacts.fields().find(std::string(kind));
    if (it == artifacts.fields().end()) continue;
    const auto& elements = it->second.list_value().values();
    const bool objects =
        std::all_of(elements.begin(), elements.end(), [](const Value& element) { return element.has_struct_value(); });
    if (!it->second.has_list_value() || !objects) {
      return absl::InvalidArgumentError(absl::StrCat("artifacts.", kind, " must be a list of objects"));
    }
  }
  return CheckStruct(artifacts, 0);
}

Json ArtifactsToJson(const Struct& artifacts) { return ToJsonObject(artifacts); }

Struct ArtifactsFromJson(const Json& json) {
  Struct artifacts;
  if (json.is_object()) FromJsonObject(json, 0, artifacts);
  return artifacts;
}

}  // namespace specrelay
