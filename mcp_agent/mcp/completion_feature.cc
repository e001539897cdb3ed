#include "mcp_agent/mcp/completion_feature.h"

#include <memory>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/guides/prompts.h"
#include "mcp_agent/mcp/resource_uri.h"
#include "mcp_agent/mcp/rpc_errors.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxValues = 100;  // as the protocol has it

// A text of `object`; "" when there is none.
std::string Text(const Json& object, const char* name) {
  if (!object.is_object()) return "";
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

Json Member(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) ? object[name] : Json::object();
}

}  // namespace

void CompletionFeature::AddMethods(Methods& methods) {
  methods["completion/complete"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call,
                                          Respond respond) { respond(Complete(params, *call)); };
}

void CompletionFeature::Declare(ProtocolVersion version, Json& capabilities) const {
  if (HasAnnotations(version)) capabilities["completions"] = Json::object();
}

RpcReply CompletionFeature::Complete(const Json& params, const ActiveCall& call) const {
  const absl::StatusOr<std::vector<std::string>> values = ValuesOf(params, call);
  if (!values.ok()) return ErrorOf(values.status());
  const std::string typed = Text(Member(params, "argument"), "value");
  Json shown = Json::array();
  size_t total = 0;
  for (const std::string& value : *values) {
    if (!absl::StartsWithIgnoreCase(value, typed)) continue;
    if (++total <= kMaxValues) shown.push_back(value);
  }
  Json completion = {{"values", std::move(shown)}, {"total", total}, {"hasMore", total > kMaxValues}};
  return Json{{"completion", std::move(completion)}};
}

absl::StatusOr<std::vector<std::string>> CompletionFeature::ValuesOf(const Json& params, const ActiveCall& call) const {
  const Json reference = Member(params, "ref");
  const std::string type = Text(reference, "type");
  const std::string argument = Text(Member(params, "argument"), "name");
  if (argument.empty()) return absl::InvalidArgumentError("\"argument\" must have a name and a value");
  if (type == "ref/prompt") {
    return PromptValues(Text(reference, "name"), argument, Member(Member(params, "context"), "arguments"), call);
  }
  if (type == "ref/resource") return ResourceValues(Text(reference, "uri"), argument, call);
  return absl::InvalidArgumentError("\"ref\" must have the type ref/prompt or ref/resource");
}

absl::StatusOr<std::vector<std::string>> CompletionFeature::PromptValues(const std::string& prompt,
                                                                         const std::string& argument,
                                                                         const Json& context,
                                                                         const ActiveCall& call) const {
  const auto info = absl::c_find_if(Prompts(), [&](const PromptInfo& known) { return known.name == prompt; });
  if (info == Prompts().end()) return absl::InvalidArgumentError(absl::StrCat("there is no prompt ", Quoted(prompt)));
  std::string spec;  // that another argument names
  for (const PromptArgument& other : info->arguments) {
    if (other.kind == PromptArgument::Kind::kSpecName) spec = Text(context, other.name.c_str());
  }
  for (const PromptArgument& known : info->arguments) {
    if (known.name != argument) continue;
    switch (known.kind) {
      case PromptArgument::Kind::kText:
        return std::vector<std::string>();
      case PromptArgument::Kind::kSpecName:
        return values_.SpecNames(call.id());
      case PromptArgument::Kind::kTaskId:
        return values_.TaskIds(call.id(), spec);
      case PromptArgument::Kind::kSteeringDocument:
        return SteeringDocumentNames();
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("the prompt ", prompt, " has no argument ", Quoted(argument)));
}

absl::StatusOr<std::vector<std::string>> CompletionFeature::ResourceValues(const std::string& uri,
                                                                           const std::string& argument,
                                                                           const ActiveCall& call) const {
  const bool is_steering = absl::StartsWith(uri, "spec-context://steering/");
  const bool is_archive = absl::StartsWith(uri, "spec-context://archive/specs/");
  const bool is_spec = absl::StartsWith(uri, "spec-context://specs/");
  if (argument == "document" && is_steering) return SteeringResourceNames();
  if (argument == "document" && (is_spec || is_archive)) return SpecDocumentNames();
  if (argument == "name" && is_spec) return values_.SpecNames(call.id());
  if (argument == "name" && is_archive) return values_.ArchivedSpecNames(call.id());
  if (argument == "id" && absl::StartsWith(uri, "spec-context://approvals/")) return values_.ApprovalIds(call.id());
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(uri), " has no argument ", Quoted(argument), "; resources/templates/list has what there is"));
}

}  // namespace specrelay
