#include "dashboard/api/json_values.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "proto/support/iso_time.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using KeyOrder = absl::Span<const absl::string_view>;

// Doubles hold every whole number up to here.
constexpr double kMaxExactInteger = 9007199254740992.0;

Json ValueJson(const Value& value, KeyOrder key_order) {
  switch (value.kind_case()) {
    case Value::kStringValue:
      return value.string_value();
    case Value::kNumberValue:
      return NumberJson(value.number_value());
    case Value::kBoolValue:
      return value.bool_value();
    case Value::kStructValue:
      return StructJson(value.struct_value(), key_order);
    case Value::kListValue: {
      Json list = Json::array();
      for (const Value& element : value.list_value().values()) list.push_back(ValueJson(element, key_order));
      return list;
    }
    default:
      return nullptr;
  }
}

void ReadValue(const Json& json, Value& value) {
  if (json.is_string()) {
    value.set_string_value(json.get<std::string>());
  } else if (json.is_boolean()) {
    value.set_bool_value(json.get<bool>());
  } else if (json.is_number()) {
    value.set_number_value(json.get<double>());
  } else if (json.is_array()) {
    google::protobuf::ListValue& list = *value.mutable_list_value();
    for (const Json& element : json) ReadValue(element, *list.add_values());
  } else if (json.is_object()) {
    *value.mutable_struct_value() = StructFromJson(json);
  } else {
    value.set_null_value(google::protobuf::NULL_VALUE);
  }
}

}  // namespace

Json TimeJson(const google::protobuf::Timestamp& time) { return ToIsoTime(FromProto(time)); }

Json NumberJson(double number) {
  if (!std::isfinite(number)) return nullptr;
  if (std::trunc(number) == number && std::fabs(number) <= kMaxExactInteger) return static_cast<int64_t>(number);
  return number;
}

Json TextsJson(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json StructJson(const Struct& object, KeyOrder key_order) {
  std::vector<std::pair<KeyOrder::const_iterator, absl::string_view>> keys;
  for (const auto& field : object.fields()) {
    const absl::string_view key = field.first;
    keys.emplace_back(std::find(key_order.begin(), key_order.end(), key), key);
  }
  std::sort(keys.begin(), keys.end());
  Json json = Json::object();
  for (const auto& [rank, key] : keys) {
    json[std::string(key)] = ValueJson(object.fields().at(std::string(key)), key_order);
  }
  return json;
}

Struct StructFromJson(const Json& json) {
  Struct object;
  for (const auto& [key, element] : json.items()) ReadValue(element, (*object.mutable_fields())[key]);
  return object;
}

std::string JsonText(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace specrelay
