#include "dashboard/openapi/testing/schema_check.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

class ValueChecker {
 public:
  ValueChecker(const Schema& document, OtherFields other_fields) : document_(document), other_fields_(other_fields) {}

  void Check(const std::string& where, const Schema& value, const Schema& schema) {
    if (schema.contains("$ref")) {
      const Schema::json_pointer target(schema["$ref"].get<std::string>().substr(1));
      if (!document_.contains(target)) return Fault(where, "refers to nothing");
      Check(where, value, document_[target]);
    }
    if (schema.contains("anyOf")) CheckAnyOf(where, value, schema["anyOf"]);
    if (schema.contains("type") && !HasType(value, schema["type"])) {
      return Fault(where, absl::StrCat("is not of the type ", schema["type"].dump(), ": ", value.dump().substr(0, 80)));
    }
    if (schema.contains("enum")) {
      const Schema& choices = schema["enum"];
      if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
        Fault(where, absl::StrCat(value.dump(), " is none of ", choices.dump()));
      }
    }
    if (schema.contains("minimum") && value < schema["minimum"]) Fault(where, "is too small");
    if (value.is_array() && schema.contains("items")) CheckItems(where, value, schema["items"]);
    if (value.is_object()) CheckFields(where, value, schema);
  }

  std::vector<std::string> faults;

 private:
  void Fault(const std::string& where, absl::string_view what) { faults.push_back(absl::StrCat(where, ": ", what)); }

  static bool HasType(const Schema& value, const Schema& type) {
    if (type.is_array()) {
      return std::any_of(type.begin(), type.end(), [&value](const Schema& each) { return HasType(value, each); });
    }
    const std::string name = type.get<std::string>();
    return (name == "string" && value.is_string()) || (name == "integer" && value.is_number_integer()) ||
           (name == "number" && value.is_number()) || (name == "boolean" && value.is_boolean()) ||
           (name == "object" && value.is_object()) || (name == "array" && value.is_array()) ||
           (name == "null" && value.is_null());
  }

  void CheckAnyOf(const std::string& where, const Schema& value, const Schema& schemas) {
    std::vector<std::string> first_faults;
    for (const Schema& schema : schemas) {
      ValueChecker attempt(document_, other_fields_);
      attempt.Check(where, value, schema);
      if (attempt.faults.empty()) return;
      if (first_faults.empty()) first_faults = attempt.faults;
    }
    faults.insert(faults.end(), first_faults.begin(), first_faults.end());
  }

  void CheckItems(const std::string& where, const Schema& value, const Schema& items) {
    for (size_t i = 0; i < value.size(); ++i) Check(absl::StrCat(where, "[", i, "]"), value[i], items);
  }

  void CheckFields(const std::string& where, const Schema& value, const Schema& schema) {
    if (schema.contains("required")) {
      for (const Schema& name : schema["required"]) {
        if (!value.contains(name.get<std::string>())) Fault(where, absl::StrCat("lacks ", name.get<std::string>()));
      }
    }
    if (schema.contains("minProperties") && value.size() < schema["minProperties"]) Fault(where, "has too few fields");
    if (!schema.contains("properties")) return;
    for (const auto& [name, field] : value.items()) {
      if (schema["properties"].contains(name)) {
        Check(absl::StrCat(where, ".", name), field, schema["properties"][name]);
      } else if (other_fields_ == OtherFields::kRefuse) {
        Fault(where, absl::StrCat("has ", name, ", which its schema has not"));
      }
    }
  }

  const Schema& document_;
  const OtherFields other_fields_;
};

}  // namespace

std::vector<std::string> CheckValue(const Schema& value, const Schema& schema, const Schema& document,
                                    OtherFields other_fields) {
  ValueChecker checker(document, other_fields);
  checker.Check("$", value, schema);
  return checker.faults;
}

Schema ExampleOf(const Schema& schema, const Schema& document) {
  if (schema.contains("examples")) return schema["examples"][0];
  if (schema.contains("$ref")) {
    return ExampleOf(document[Schema::json_pointer(schema["$ref"].get<std::string>().substr(1))], document);
  }
  if (schema.contains("enum")) return schema["enum"][0];
  const std::string type = schema["type"].get<std::string>();
  if (type == "string") return "some text";
  if (type == "boolean") return true;
  if (type == "integer") return schema.contains("minimum") ? schema["minimum"] : Schema(1);
  if (type == "number") return 1.5;
  if (type == "array") return Schema::array({ExampleOf(schema["items"], document)});
  Schema example = Schema::object();
  if (!schema.contains("properties")) return example;
  for (const auto& [name, field] : schema["properties"].items()) example[name] = ExampleOf(field, document);
  return example;
}

}  // namespace specrelay
