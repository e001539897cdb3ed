#include "mcp_agent/mcp/schema_check.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxShownBytes = 80;

absl::string_view TypeName(const Json& value) {
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  if (value.is_boolean()) return "boolean";
  if (value.is_null()) return "null";
  return value.is_number_float() ? "number" : "integer";
}

bool HasType(const Json& value, absl::string_view type) {
  return TypeName(value) == type || (type == "number" && value.is_number());
}

std::string Shown(const Json& value) {
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, Json::error_handler_t::replace);
  if (text.size() > kMaxShownBytes) text = absl::StrCat(text.substr(0, kMaxShownBytes), "…");
  return text;
}

std::string List(const Json& values) {
  return absl::StrJoin(values, ", ", [](std::string* out, const Json& value) { absl::StrAppend(out, Shown(value)); });
}

// Characters of UTF-8: all bytes but continuations.
int64_t Characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

class Checker {
 public:
  absl::Status Check(const Json& value, const Json& schema, const std::string& where) const {
    RETURN_IF_ERROR(CheckType(value, schema, where));
    if (schema.contains("enum") &&
        std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
      return Wrong(where, absl::StrCat("is ", Shown(value), ", which is none of ", List(schema["enum"])));
    }
    if (value.is_number()) RETURN_IF_ERROR(CheckNumber(value, schema, where));
    if (value.is_string()) RETURN_IF_ERROR(CheckString(value, schema, where));
    if (value.is_array()) RETURN_IF_ERROR(CheckArray(value, schema, where));
    return value.is_object() ? CheckObject(value, schema, where) : absl::OkStatus();
  }

 private:
  static absl::Status Wrong(const std::string& where, absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat(where.empty() ? "the arguments" : absl::StrCat("\"", where, "\""), " ", what));
  }

  static std::string Below(const std::string& where, absl::string_view name) {
    return where.empty() ? std::string(name) : absl::StrCat(where, ".", name);
  }

  static absl::Status CheckType(const Json& value, const Json& schema, const std::string& where) {
    const auto type = schema.find("type");
    if (type == schema.end()) return absl::OkStatus();
    const Json types = type->is_array() ? *type : Json::array({*type});
    for (const Json& allowed : types) {
      if (HasType(value, allowed.get_ref<const std::string&>())) return absl::OkStatus();
    }
    return Wrong(where, absl::StrCat("must be ", List(types), ", and is ", TypeName(value), " ", Shown(value)));
  }

  static absl::Status CheckNumber(const Json& value, const Json& schema, const std::string& where) {
    if (schema.contains("minimum") && value < schema["minimum"]) {
      return Wrong(where, absl::StrCat("is ", Shown(value), "; the least is ", Shown(schema["minimum"])));
    }
    if (schema.contains("maximum") && value > schema["maximum"]) {
      return Wrong(where, absl::StrCat("is ", Shown(value), "; the most is ", Shown(schema["maximum"])));
    }
    return absl::OkStatus();
  }

  static absl::Status CheckString(const Json& value, const Json& schema, const std::string& where) {
    const int64_t length = Characters(value.get_ref<const std::string&>());
    if (schema.contains("minLength") && length < schema["minLength"].get<int64_t>()) {
      return Wrong(where, length == 0 ? "is empty; give a text"
                                      : absl::StrCat("needs at least ", Shown(schema["minLength"]), " characters"));
    }
    if (schema.contains("maxLength") && length > schema["maxLength"].get<int64_t>()) {
      return Wrong(where, absl::StrCat("has ", length, " characters; shorten it to ", Shown(schema["maxLength"])));
    }
    return absl::OkStatus();
  }

  absl::Status CheckArray(const Json& value, const Json& schema, const std::string& where) const {
    if (schema.contains("minItems") && value.size() < schema["minItems"].get<size_t>()) {
      return Wrong(where, absl::StrCat("needs at least ", Shown(schema["minItems"]), " items"));
    }
    if (schema.contains("maxItems") && value.size() > schema["maxItems"].get<size_t>()) {
      return Wrong(where, absl::StrCat("has ", value.size(), " items; give at most ", Shown(schema["maxItems"])));
    }
    if (!schema.contains("items")) return absl::OkStatus();
    for (size_t i = 0; i < value.size(); ++i) {
      RETURN_IF_ERROR(Check(value[i], schema["items"], absl::StrCat(where, "[", i, "]")));
    }
    return absl::OkStatus();
  }

  absl::Status CheckObject(const Json& value, const Json& schema, const std::string& where) const {
    const auto properties = schema.find("properties");
    if (const auto required = schema.find("required"); required != schema.end()) {
      for (const Json& name : *required) {
        if (!value.contains(name.get_ref<const std::string&>())) {
          return Wrong(Below(where, name.get_ref<const std::string&>()),
                       absl::StrCat("is missing; ", HowToGive(schema, name.get_ref<const std::string&>())));
        }
      }
    }
    if (properties == schema.end()) return absl::OkStatus();
    const bool closed = schema.contains("additionalProperties") && schema["additionalProperties"] == false;
    for (const auto& [name, member] : value.items()) {
      if (const auto property = properties->find(name); property != properties->end()) {
        RETURN_IF_ERROR(Check(member, *property, Below(where, name)));
      } else if (closed) {
        return Wrong(where.empty() ? "" : where,
                     absl::StrCat("have no ", Shown(name), "; there are ", Names(*properties)));
      }
    }
    return absl::OkStatus();
  }

  // What the schema itself says of a property.
  static std::string HowToGive(const Json& schema, const std::string& name) {
    const auto properties = schema.find("properties");
    if (properties != schema.end() && properties->contains(name) && (*properties)[name].contains("description")) {
      return absl::StrCat("give it: ", (*properties)[name]["description"].get<std::string>());
    }
    return "give it";
  }

  static std::string Names(const Json& properties) {
    std::vector<std::string> names;
    for (const auto& [name, property] : properties.items()) names.push_back(name);
    return names.empty() ? "none" : absl::StrJoin(names, ", ");
  }
};

}  // namespace

absl::Status CheckAgainstSchema(const Json& value, const Json& schema) {
  return schema.is_object() ? Checker().Check(value, schema, "") : absl::OkStatus();
}

}  // namespace specrelay
