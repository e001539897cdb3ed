#include "mcp_agent/approvals/auto_approve.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/types/optional.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/specs/document_reader.h"
#include "nlohmann/json.hpp"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kPath[] = "settings.json";
constexpr char kKey[] = "autoApprove";
constexpr int64_t kMaxBytes = 1 << 20;

// An empty object when there is no file.
absl::StatusOr<Json> ReadSettings(const Tree& tree) {
  ASSIGN_OR_RETURN(const absl::optional<FileContent> file, ReadIfExists(tree, kPath, kMaxBytes));
  if (!file.has_value()) return Json::object();
  return ParseJsonObject(kPath, file->bytes);
}

AutoApproveState StateIn(const Json& settings) {
  AutoApproveState state;
  const auto it = settings.find(kKey);
  if (it == settings.end() || !it->is_object()) return state;
  state.enabled = IsTrueAt(*it, "enabled");
  if (const auto by = it->find("by"); by != it->end()) state.by = ActorFromJson(*by);
  return state;
}

}  // namespace

AutoApproveState ReadAutoApprove(const Tree& tree, DamageLog& damage) {
  const absl::StatusOr<Json> settings = ReadSettings(tree);
  if (settings.ok()) return StateIn(*settings);
  damage.Report(kPath, settings.status());
  return {};
}

AutoApproveStore::AutoApproveStore(const Tree& tree, DamageLog& damage, MayDecide may_decide)
    : tree_(tree), damage_(damage), may_decide_(std::move(may_decide)) {}

absl::StatusOr<v1::AutoApproveGetResponse> AutoApproveStore::Get(const v1::AutoApproveGetRequest&) const {
  v1::AutoApproveGetResponse response;
  response.set_enabled(ReadAutoApprove(tree_, damage_).enabled);
  return response;
}

absl::StatusOr<v1::AutoApproveSetResponse> AutoApproveStore::Set(Transaction& tx,
                                                                 const v1::AutoApproveSetRequest& request) const {
  if (may_decide_) RETURN_IF_ERROR(may_decide_(tx.actor()));
  ASSIGN_OR_RETURN(Json settings, ReadSettings(tx.tree()));
  v1::AutoApproveSetResponse response;
  response.set_enabled(request.enabled());
  if (StateIn(settings).enabled == request.enabled()) return response;
  Json& setting = settings[kKey];
  if (!setting.is_object()) setting = Json::object();
  setting["enabled"] = request.enabled();
  setting["by"] = ActorToJson(tx.actor());
  setting["at"] = ToIsoTime(tx.now());
  RETURN_IF_ERROR(tx.Write(kPath, DumpJson(settings)).status());
  tx.SetSummary(request.enabled() ? "switched auto-approve on" : "switched auto-approve off");
  return response;
}

}  // namespace specrelay
