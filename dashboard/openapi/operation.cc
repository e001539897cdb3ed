#include "dashboard/openapi/operation.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

constexpr char kJson[] = "application/json";

bool MayAnswer(const Route& route, int status) {
  return std::find(route.statuses.begin(), route.statuses.end(), status) != route.statuses.end();
}

bool Writes(const Route& route) { return route.method != "GET"; }

// The segments of the pattern; parameters keep their braces.
std::vector<std::string> SegmentsOf(const Route& route) {
  return absl::StrSplit(route.pattern, '/', absl::SkipEmpty());
}

// The name of a parameter's segment; nothing for text.
bool ConsumeBraces(absl::string_view& segment) {
  return absl::ConsumePrefix(&segment, "{") && absl::ConsumeSuffix(&segment, "}");
}

std::string Capitalized(absl::string_view words) {
  std::string name;
  for (const absl::string_view word : absl::StrSplit(words, absl::ByAnyChar("-._"), absl::SkipEmpty())) {
    absl::StrAppend(&name, std::string(1, absl::ascii_toupper(static_cast<unsigned char>(word[0]))), word.substr(1));
  }
  return name;
}

// Differs for each route, because their patterns do: "getProjectsByProjectIdInfo".
std::string OperationId(const Route& route) {
  std::string id = absl::AsciiStrToLower(route.method);
  for (const std::string& text : SegmentsOf(route)) {
    absl::string_view segment = text;
    const bool parameter = ConsumeBraces(segment);
    if (segment != "api") absl::StrAppend(&id, parameter ? "By" : "", Capitalized(segment));
  }
  return id;
}

// The subject: the last text before the second parameter, or the first one.
std::string Tag(const Route& route) {
  std::string tag = "server";
  int parameters = 0;
  for (const std::string& text : SegmentsOf(route)) {
    absl::string_view segment = text;
    if (ConsumeBraces(segment)) {
      if (++parameters == 2) break;
      continue;
    }
    if (segment == "api") continue;
    if (tag == "server" || (tag == "projects" && parameters == 1)) tag = std::string(segment);
  }
  return tag;
}

Schema Parameter(const char* place, absl::string_view name, absl::string_view description) {
  Schema parameter = {{"name", std::string(name)}, {"in", place}, {"schema", {{"type", "string"}}}};
  if (absl::string_view(place) == "path") parameter["required"] = true;
  if (!description.empty()) parameter["description"] = std::string(description);
  return parameter;
}

Schema ParametersOf(const Route& route) {
  Schema parameters = Schema::array();
  for (const std::string& text : SegmentsOf(route)) {
    absl::string_view segment = text;
    if (ConsumeBraces(segment)) parameters.push_back(Parameter("path", segment, ""));
  }
  for (const QueryParameter& query : route.query) {
    parameters.push_back(Parameter("query", query.name, query.description));
  }
  if (Writes(route)) {
    parameters.push_back(Parameter("header", "X-Request-Id", "Idempotency key: what has it takes effect once"));
  }
  if (MayAnswer(route, 412)) {
    parameters.push_back(Parameter("header", "If-Match", "ETag of the version that the write is based on"));
  }
  if (MayAnswer(route, 304)) {
    parameters.push_back(Parameter("header", "If-None-Match", "ETag of the version that the client has"));
  }
  return parameters;
}

// `text` is a schema as the table has it.
Schema JsonContent(const std::string& text) {
  return {{kJson, {{"schema", Schema::parse(text, nullptr, /*allow_exceptions=*/false)}}}};
}

Schema SuccessOf(const Route& route) {
  Schema response = {{"description", "Success"}};
  if (MayAnswer(route, 304) || MayAnswer(route, 412)) {
    response["headers"]["ETag"] = {{"description", "Version of the document"}, {"schema", {{"type", "string"}}}};
  }
  if (!route.response_schema.empty()) response["content"] = JsonContent(route.response_schema);
  return response;
}

Schema ResponsesOf(const Route& route) {
  std::vector<int> statuses = route.statuses;
  if (!route.request_schema.empty()) statuses.insert(statuses.end(), {400, 413});
  if (route.access != Access::kOpen) statuses.insert(statuses.end(), {401, 403, 429});
  std::sort(statuses.begin(), statuses.end());
  statuses.erase(std::unique(statuses.begin(), statuses.end()), statuses.end());
  Schema responses = {{"200", SuccessOf(route)}};
  for (const int status : statuses) {
    responses[absl::StrCat(status)] = {{"$ref", absl::StrCat("#/components/responses/", status)}};
  }
  responses["default"] = {{"$ref", "#/components/responses/default"}};
  return responses;
}

const char* RoleFor(Access access) {
  switch (access) {
    case Access::kOpen:
      return "none";
    case Access::kViewer:
      return "viewer";
    case Access::kUser:
      return "user";
    case Access::kAdmin:
      break;
  }
  return "admin";
}

Schema Response(const char* description, absl::string_view schema) {
  Schema response = {{"description", description}};
  if (!schema.empty()) response["content"] = {{kJson, {{"schema", Reference(schema)}}}};
  return response;
}

}  // namespace

Schema OperationOf(const Route& route) {
  Schema operation = {{"operationId", OperationId(route)},
                      {"tags", Schema::array({Tag(route)})},
                      {"summary", route.summary},
                      {"x-role", RoleFor(route.access)}};
  Schema security = Schema::array();
  if (route.access != Access::kOpen) {
    security.push_back({{"key", Schema::array()}});
    security.push_back({{"session", Schema::array()}});
  }
  operation["security"] = std::move(security);
  Schema parameters = ParametersOf(route);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.request_schema.empty()) operation["requestBody"] = {{"content", JsonContent(route.request_schema)}};
  operation["responses"] = ResponsesOf(route);
  return operation;
}

Schema OperationComponents() {
  return {{"responses",
           {{"202", Response("Accepted: the command waits for the agent, or is under way", "Queued")},
            {"304", Response("The client has this version already", "")},
            {"400", Response("The request is wrong; the message says what", "Error")},
            {"401", Response("No key, or a wrong one", "Error")},
            {"403", Response("The role, the key's projects or the agent's policy forbid it", "Error")},
            {"404", Response("There is no such thing", "Error")},
            {"409", Response("It is not in the state that this needs, or the caller must choose", "Error")},
            {"412", Response("The version is not the one given: someone else has changed it", "Error")},
            {"413", Response("The body is too large", "Error")},
            {"429", Response("Too much at once; ask again in a moment", "Error")},
            {"503", Response("No agent is connected (`offline`), or the server is busy", "Error")},
            {"504", Response("No answer in time; a write may be sent again with the same X-Request-Id", "Error")},
            {"default", Response("Any other failure", "Error")}}},
          {"securitySchemes",
           {{"key", {{"type", "http"}, {"scheme", "bearer"}, {"description", "An API key: srk_…"}}},
            {"session",
             {{"type", "apiKey"},
              {"in", "cookie"},
              {"name", "specrelay_session"},
              {"description", "What POST /api/session gives for a key"}}}}}};
}

}  // namespace specrelay
