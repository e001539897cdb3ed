#include "mcp_agent/mcp/resource_feature.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/paging.h"
#include "mcp_agent/mcp/rpc_errors.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

struct Template {
  const char* uri;
  const char* name;
  const char* title;
  const char* description;
  const char* mime_type;
};

constexpr Template kTemplates[] = {
    {"spec-context://specs/{name}/{document}", "spec-document", "Document of a spec",
     "requirements, design or tasks of a spec", kMarkdownType},
    {"spec-context://archive/specs/{name}/{document}", "archived-spec-document", "Document of an archived spec",
     "requirements, design or tasks of a spec in the archive", kMarkdownType},
    {"spec-context://steering/{document}", "steering-document", "Steering document",
     "product, tech, structure or principles, which guide all specs", kMarkdownType},
    {"spec-context://approvals/{id}", "approval", "Approval request", "An approval request with its decision",
     kJsonType},
};

Json DescribeResource(const ResourceInfo& info, ProtocolVersion version) {
  Json shown = {{"uri", ToString(info.uri)}, {"name", info.name}};
  if (HasStructuredContent(version)) shown["title"] = info.title;
  shown["description"] = info.description;
  shown["mimeType"] = info.mime_type;
  return shown;
}

// The `uri` of a request.
absl::StatusOr<std::string> UriOf(const Json& params) {
  const auto uri = params.find("uri");
  if (uri == params.end() || !uri->is_string()) return absl::InvalidArgumentError("\"uri\" must name a resource");
  return uri->get<std::string>();
}

}  // namespace

void ResourceFeature::AddMethods(Methods& methods) {
  methods["resources/list"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    respond(List(params, *call));
  };
  methods["resources/templates/list"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call,
                                               Respond respond) { respond(ListTemplates(params, call->version())); };
  methods["resources/read"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
    respond(Read(params, *call));
  };
  methods["resources/subscribe"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call,
                                          Respond respond) { respond(Subscribe(params)); };
  methods["resources/unsubscribe"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call,
                                            Respond respond) { respond(Unsubscribe(params)); };
}

void ResourceFeature::Declare(ProtocolVersion version, Json& capabilities) const {
  capabilities["resources"] = {{"subscribe", true}, {"listChanged", true}};
}

RpcReply ResourceFeature::List(const Json& params, const ActiveCall& call) const {
  const absl::StatusOr<std::vector<ResourceInfo>> resources = catalog_.List(call.id());
  if (!resources.ok()) return ErrorOf(resources.status());
  std::vector<ListEntry> entries;
  for (const ResourceInfo& info : *resources) {
    entries.push_back({ToString(info.uri), DescribeResource(info, call.version())});
  }
  return ReplyOf(MakePage(std::move(entries), "resources", params));
}

RpcReply ResourceFeature::ListTemplates(const Json& params, ProtocolVersion version) const {
  std::vector<ListEntry> entries;
  for (const Template& known : kTemplates) {
    Json shown = {{"uriTemplate", known.uri}, {"name", known.name}};
    if (HasStructuredContent(version)) shown["title"] = known.title;
    shown["description"] = known.description;
    shown["mimeType"] = known.mime_type;
    entries.push_back({known.uri, std::move(shown)});
  }
  return ReplyOf(MakePage(std::move(entries), "resourceTemplates", params));
}

RpcReply ResourceFeature::Read(const Json& params, const ActiveCall& call) const {
  const absl::StatusOr<std::string> uri = UriOf(params);
  if (!uri.ok()) return ErrorOf(uri.status());
  const absl::StatusOr<ResourceUri> resource = ParseResourceUri(*uri);
  if (!resource.ok()) return ResourceNotFound(resource.status(), *uri);
  absl::StatusOr<ResourceText> text = catalog_.Read(*resource, call.id());
  if (absl::IsNotFound(text.status()) || absl::IsInvalidArgument(text.status())) {
    return ResourceNotFound(text.status(), *uri);
  }
  if (!text.ok()) return ErrorOf(text.status());
  Json content = {{"uri", *uri}, {"mimeType", text->mime_type}, {"text", std::move(text->text)}};
  return Json{{"contents", Json::array({std::move(content)})}};
}

RpcReply ResourceFeature::Subscribe(const Json& params) {
  const absl::StatusOr<std::string> uri = UriOf(params);
  if (!uri.ok()) return ErrorOf(uri.status());
  const absl::StatusOr<ResourceUri> resource = ParseResourceUri(*uri);
  if (!resource.ok()) return ResourceNotFound(resource.status(), *uri);
  if (const absl::Status added = subscriptions_.Add(*uri, *resource); !added.ok()) return ErrorOf(added);
  return Json::object();
}

RpcReply ResourceFeature::Unsubscribe(const Json& params) {
  const absl::StatusOr<std::string> uri = UriOf(params);
  if (!uri.ok()) return ErrorOf(uri.status());
  subscriptions_.Remove(*uri);
  return Json::object();
}

void ResourceFeature::OnChanges(const TreeChanges& changes) {
  bool list_changed = !changes.resync_reason.empty();
  std::vector<std::string> updated;
  if (list_changed) updated = subscriptions_.All();
  for (const v1::FileChanged& change : changes.changes) {
    const absl::optional<ResourceUri> resource = ResourceOfFile(change.path());
    if (!resource.has_value()) continue;
    list_changed |= change.change() != v1::FILE_CHANGE_TYPE_MODIFIED;
    for (std::string& uri : subscriptions_.Of(*resource)) updated.push_back(std::move(uri));
  }
  if (list_changed) notify_("notifications/resources/list_changed", Json::object());
  for (const std::string& uri : updated) notify_("notifications/resources/updated", {{"uri", uri}});
}

}  // namespace specrelay
