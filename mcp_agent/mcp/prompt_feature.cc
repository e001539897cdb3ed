#include "mcp_agent/mcp/prompt_feature.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "mcp_agent/guides/prompts.h"
#include "mcp_agent/mcp/paging.h"
#include "mcp_agent/mcp/rpc_errors.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

Json DescribePrompt(const PromptInfo& info, ProtocolVersion version) {
  Json shown = {{"name", info.name}};
  if (HasStructuredContent(version)) shown["title"] = info.title;
  shown["description"] = info.description;
  shown["arguments"] = Json::array();
  for (const PromptArgument& argument : info.arguments) {
    shown["arguments"].push_back(
        {{"name", argument.name}, {"description", argument.description}, {"required", argument.required}});
  }
  return shown;
}

RpcReply List(const Json& params, ProtocolVersion version) {
  std::vector<ListEntry> entries;
  for (const PromptInfo& info : Prompts()) {
    entries.push_back({absl::StrFormat("%04d", entries.size()), DescribePrompt(info, version)});
  }
  return ReplyOf(MakePage(std::move(entries), "prompts", params));
}

RpcError InvalidParams(absl::string_view what) { return ErrorOf(absl::InvalidArgumentError(what)); }

RpcReply Get(const Json& params) {
  const auto name = params.find("name");
  if (name == params.end() || !name->is_string()) return InvalidParams("\"name\" must name a prompt");
  std::map<std::string, std::string> arguments;
  if (const auto given = params.find("arguments"); given != params.end() && !given->is_null()) {
    if (!given->is_object()) return InvalidParams("\"arguments\" must be an object");
    for (const auto& [argument, value] : given->items()) {
      if (!value.is_string()) return InvalidParams(absl::StrCat("the argument \"", argument, "\" must be a string"));
      arguments[argument] = value.get<std::string>();
    }
  }
  absl::StatusOr<std::string> text = RenderPrompt(name->get_ref<const std::string&>(), arguments);
  if (!text.ok()) return ErrorOf(text.status());
  const auto info = absl::c_find_if(Prompts(), [&](const PromptInfo& prompt) { return *name == prompt.name; });
  Json message = {{"role", "user"}, {"content", {{"type", "text"}, {"text", *std::move(text)}}}};
  return Json{{"description", info->description}, {"messages", Json::array({std::move(message)})}};
}

}  // namespace

void PromptFeature::AddMethods(Methods& methods) {
  methods["prompts/list"] = [](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    respond(List(params, call->version()));
  };
  methods["prompts/get"] = [](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    respond(Get(params));
  };
}

void PromptFeature::Declare(ProtocolVersion version, Json& capabilities) const {
  capabilities["prompts"] = {{"listChanged", false}};
}

}  // namespace specrelay
