#include "mcp_agent/mcp/tool_feature.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "mcp_agent/mcp/paging.h"
#include "mcp_agent/mcp/schema_check.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

RpcError InvalidParams(absl::string_view what) {
  return {RpcErrorCode::kInvalidParams, absl::StrCat("Invalid params: ", what)};
}

Json DescribeLink(const ResourceLink& link) {
  return {{"type", "resource_link"}, {"uri", link.uri}, {"name", link.name}, {"mimeType", link.mime_type}};
}

}  // namespace

ToolFeature::ToolFeature(Tools tools) : tools_(std::move(tools)) {
  for (const std::unique_ptr<Tool>& tool : tools_) by_name_[tool->info().name] = tool.get();
}

void ToolFeature::AddMethods(Methods& methods) {
  methods["tools/list"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    respond(List(params, call->version()));
  };
  methods["tools/call"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    Call(params, call, std::move(respond));
  };
}

void ToolFeature::Declare(ProtocolVersion version, Json& capabilities) const {
  capabilities["tools"] = {{"listChanged", false}};
}

RpcReply ToolFeature::List(const Json& params, ProtocolVersion version) const {
  std::vector<ListEntry> entries;
  for (const std::unique_ptr<Tool>& tool : tools_) {
    entries.push_back({absl::StrFormat("%04d", entries.size()), DescribeTool(tool->info(), version)});
  }
  absl::StatusOr<Json> page = MakePage(std::move(entries), "tools", params);
  if (!page.ok()) return InvalidParams(page.status().message());
  return *std::move(page);
}

void ToolFeature::Call(const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) const {
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string()) return respond(InvalidParams("\"name\" must name a tool"));
  const auto tool = by_name_.find(name->get_ref<const std::string&>());
  if (tool == by_name_.end()) {
    return respond(InvalidParams(absl::StrCat("unknown tool ", Quoted(name->get_ref<const std::string&>()),
                                              "; tools/list has those that there are")));
  }
  const auto given = params.find("arguments");
  const Json arguments = given == params.end() || given->is_null() ? Json::object() : *given;
  if (!arguments.is_object()) return respond(InvalidParams("\"arguments\" must be an object"));
  const ProtocolVersion version = call->version();
  if (const absl::Status fits = CheckAgainstSchema(arguments, tool->second->info().input_schema); !fits.ok()) {
    const absl::Status refusal = absl::InvalidArgumentError(
        absl::StrCat(tool->first, " was not called: ", fits.message(), ". Call it again with that mended."));
    return respond(DescribeAnswer(refusal, version));
  }
  tool->second->Call(arguments, call,
                     [version, respond = std::move(respond)](absl::StatusOr<ToolAnswer> answer) mutable {
                       respond(DescribeAnswer(answer, version));
                     });
}

Json DescribeTool(const ToolInfo& info, ProtocolVersion version) {
  Json shown = {{"name", info.name}};
  if (HasStructuredContent(version)) shown["title"] = info.title;
  shown["description"] = info.description;
  shown["inputSchema"] = info.input_schema;
  if (HasStructuredContent(version) && !info.output_schema.is_null()) shown["outputSchema"] = info.output_schema;
  if (HasAnnotations(version)) {
    shown["annotations"] = {{"title", info.title},
                            {"readOnlyHint", info.annotations.read_only},
                            {"destructiveHint", info.annotations.destructive},
                            {"idempotentHint", info.annotations.idempotent},
                            {"openWorldHint", info.annotations.open_world}};
  }
  return shown;
}

Json DescribeAnswer(const absl::StatusOr<ToolAnswer>& answer, ProtocolVersion version) {
  const std::string text = answer.ok() ? answer->text : std::string(answer.status().message());
  Json content = {{"type", "text"}, {"text", text}};
  Json result = {{"content", Json::array({std::move(content)})}};
  if (answer.ok() && HasStructuredContent(version)) {
    for (const ResourceLink& link : answer->links) result["content"].push_back(DescribeLink(link));
    if (!answer->structured.is_null()) result["structuredContent"] = answer->structured;
  }
  result["isError"] = !answer.ok();
  return result;
}

}  // namespace specrelay
