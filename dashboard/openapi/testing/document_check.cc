#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "dashboard/openapi/testing/schema_check.h"

namespace specrelay {
namespace {

const std::set<std::string>& SchemaKeywords() {
  static const auto* keywords =
      new std::set<std::string>{"$ref",     "type",          "enum",          "properties",
                                "required", "items",         "anyOf",         "description",
                                "format",   "minimum",       "maximum",       "default",
                                "minItems", "minProperties", "maxProperties", "additionalProperties",
                                "examples", "minLength"};
  return *keywords;
}

class DocumentChecker {
 public:
  explicit DocumentChecker(const Schema& document) : document_(document) {}

  void Check() {
    Need("$", document_, {"openapi", "info", "paths", "components"});
    Need("info", document_["info"], {"title", "version"});
    if (!absl::StartsWith(document_["openapi"].get<std::string>(), "3.1.")) Fault("openapi", "is not 3.1");
    CheckReferences("$", document_);
    for (const auto& [path, item] : document_["paths"].items()) {
      if (!absl::StartsWith(path, "/")) Fault(path, "does not begin with /");
      for (const auto& [method, operation] : item.items()) CheckOperation(path, method, operation);
    }
    for (const auto& [name, schema] : document_["components"]["schemas"].items()) CheckSchema(name, schema);
    for (const auto& [name, response] : document_["components"]["responses"].items()) CheckResponse(name, response);
  }

  std::vector<std::string> faults;

 private:
  void Fault(const std::string& where, absl::string_view what) { faults.push_back(absl::StrCat(where, ": ", what)); }

  void Need(const std::string& where, const Schema& object, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) {
      if (!object.contains(field)) Fault(where, absl::StrCat("lacks ", field));
    }
  }

  // Every reference, wherever it stands, leads to something in the document.
  void CheckReferences(const std::string& where, const Schema& part) {
    for (const auto& [name, value] : part.items()) {
      const std::string here = absl::StrCat(where, "/", name);
      if (name == "$ref" && value.is_string()) {
        const std::string target = value.get<std::string>();
        if (!absl::StartsWith(target, "#/") || !document_.contains(Schema::json_pointer(target.substr(1)))) {
          Fault(here, absl::StrCat("refers to ", target, ", which is not there"));
        }
      }
      if (value.is_structured()) CheckReferences(here, value);
    }
  }

  void CheckOperation(const std::string& path, const std::string& method, const Schema& operation) {
    static const std::set<std::string> kMethods = {"get", "put", "post", "delete", "options", "head", "patch"};
    const std::string where = absl::StrCat(method, " ", path);
    if (kMethods.count(method) == 0) Fault(where, "is no method");
    Need(where, operation, {"operationId", "summary", "responses", "security", "x-role"});
    if (!operation_ids_.insert(operation["operationId"].get<std::string>()).second) Fault(where, "has another's id");
    if (operation["summary"].get<std::string>().empty()) Fault(where, "has no summary");
    CheckParameters(where, path, operation.contains("parameters") ? operation["parameters"] : Schema::array());
    if (operation.contains("requestBody")) CheckContent(where + " body", operation["requestBody"]);
    for (const auto& [status, response] : operation["responses"].items()) {
      if (status != "default" && (status.size() != 3 || status[0] < '1' || status[0] > '5')) Fault(where, status);
      CheckResponse(absl::StrCat(where, " ", status), response);
    }
    for (const Schema& requirement : operation["security"]) {
      for (const auto& [scheme, scopes] : requirement.items()) {
        if (!document_["components"]["securitySchemes"].contains(scheme)) Fault(where, "has an unknown scheme");
      }
    }
  }

  void CheckParameters(const std::string& where, const std::string& path, const Schema& parameters) {
    std::set<std::string> in_pattern;
    for (const absl::string_view segment : absl::StrSplit(path, '/')) {
      if (absl::StartsWith(segment, "{")) in_pattern.insert(std::string(segment.substr(1, segment.size() - 2)));
    }
    std::set<std::string> seen;
    std::set<std::string> declared;
    for (const Schema& parameter : parameters) {
      Need(where, parameter, {"name", "in", "schema"});
      const std::string name = parameter["name"].get<std::string>();
      const std::string place = parameter["in"].get<std::string>();
      if (!seen.insert(absl::StrCat(place, " ", name)).second) Fault(where, absl::StrCat(name, " stands twice"));
      CheckSchema(absl::StrCat(where, " ", name), parameter["schema"]);
      if (place != "path") continue;
      declared.insert(name);
      if (!parameter.value("required", false)) Fault(where, absl::StrCat(name, " is not required"));
    }
    if (declared != in_pattern) Fault(where, "its path parameters are not those of the path");
  }

  void CheckResponse(const std::string& where, const Schema& response) {
    if (response.contains("$ref")) return;
    Need(where, response, {"description"});
    if (response.contains("content")) CheckContent(where, response);
  }

  void CheckContent(const std::string& where, const Schema& holder) {
    Need(where, holder, {"content"});
    for (const auto& [type, media] : holder["content"].items()) {
      Need(where, media, {"schema"});
      CheckSchema(where, media["schema"]);
    }
  }

  void CheckSchema(const std::string& where, const Schema& schema) {
    if (!schema.is_object()) return Fault(where, "is no schema");
    for (const auto& [keyword, value] : schema.items()) {
      if (SchemaKeywords().count(keyword) == 0) Fault(where, absl::StrCat("has the unknown keyword ", keyword));
    }
    if (schema.contains("items")) CheckSchema(where + "[]", schema["items"]);
    if (schema.contains("additionalProperties")) CheckSchema(where + "{}", schema["additionalProperties"]);
    if (schema.contains("anyOf")) {
      for (const Schema& each : schema["anyOf"]) CheckSchema(where, each);
    }
    if (!schema.contains("properties")) return;
    for (const auto& [name, field] : schema["properties"].items()) CheckSchema(absl::StrCat(where, ".", name), field);
    if (!schema.contains("required")) return;
    for (const Schema& name : schema["required"]) {
      if (!schema["properties"].contains(name.get<std::string>())) Fault(where, "requires what it does not have");
    }
  }

  const Schema& document_;
  std::set<std::string> operation_ids_;
};

}  // namespace

std::vector<std::string> CheckDocument(const Schema& document) {
  DocumentChecker checker(document);
  checker.Check();
  return checker.faults;
}

}  // namespace specrelay
