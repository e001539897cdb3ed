#include "tools/ctl/key_commands.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "proto/support/clock.h"
#include "proto/support/status_macros.h"
#include "relay/key_admin.h"
#include "tools/ctl/output.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// Enough to recognise a key in a log, too little to be of use.
constexpr size_t kShownHashCharacters = 8;

absl::string_view StateOf(const KeyRecord& key, absl::Time now) {
  if (key.revoked_at.has_value()) return "revoked";
  return key.expires_at <= now ? "expired" : "live";
}

Json ToJson(const KeyRecord& key, absl::Time now) {
  Json json;
  json["id"] = key.principal.key_id;
  json["name"] = key.principal.key_name;
  json["account"] = key.principal.account;
  json["role"] = std::string(RoleName(key.principal.role));
  json["projects"] = key.principal.project_scopes;
  json["state"] = std::string(StateOf(key, now));
  json["hashPrefix"] = key.hash.substr(0, kShownHashCharacters);
  if (key.created_at != absl::InfinitePast()) json["createdAt"] = FormatKeyTime(key.created_at);
  if (key.expires_at != absl::InfiniteFuture()) json["expiresAt"] = FormatKeyTime(key.expires_at);
  if (key.revoked_at.has_value() && *key.revoked_at != absl::InfinitePast()) {
    json["revokedAt"] = FormatKeyTime(*key.revoked_at);
  }
  return json;
}

absl::Status RunCreate(const CtlContext& context) {
  const CtlOptions& options = context.options;
  if (options.name.empty() || options.role.empty() || options.account.empty()) {
    return UsageError("key create needs --name=NAME --role=agent|user|viewer|admin --account=ACCOUNT --keys_file=PATH");
  }
  const absl::StatusOr<Role> role = ParseRole(options.role);
  if (!role.ok()) return UsageError(absl::StrCat("--role: ", role.status().message()));
  if (options.expires <= absl::ZeroDuration()) {
    return UsageError("--expires must be a positive duration, for example --expires=720h");
  }
  KeySpec spec;
  spec.name = options.name;
  spec.role = *role;
  spec.account = options.account;
  spec.project_scopes = options.projects;
  spec.lifetime = options.expires;
  ASSIGN_OR_RETURN(const CreatedKey created, CreateKey(options.keys_file, spec, SystemClock()));
  RETURN_IF_ERROR(PrintLine(context.out, created.key));
  context.err << "created " << created.record.principal.key_id << " (" << options.role << " \"" << options.name
              << "\" of account \"" << options.account << "\"); keep the key, it cannot be shown again" << std::endl;
  return absl::OkStatus();
}

absl::Status RunList(const CtlContext& context) {
  ASSIGN_OR_RETURN(const std::vector<KeyRecord> keys, ListKeys(context.options.keys_file));
  Json json;
  json["keys"] = Json::array();
  for (const KeyRecord& key : keys) json["keys"].push_back(ToJson(key, absl::Now()));
  return PrintLine(context.out, json.dump());
}

absl::Status RunRevoke(const CtlContext& context) {
  const CtlOptions& options = context.options;
  if (options.id.empty() == options.name.empty()) {
    return UsageError("key revoke needs either --id=ID or --name=NAME; key list shows both");
  }
  const SystemClock clock;
  ASSIGN_OR_RETURN(const KeyRecord revoked, options.id.empty() ? RevokeKeyByName(options.keys_file, options.name, clock)
                                                               : RevokeKeyById(options.keys_file, options.id, clock));
  return PrintLine(context.out, ToJson(revoked, clock.Now()).dump());
}

}  // namespace

absl::Status RunKey(const CtlContext& context, const std::vector<std::string>& args) {
  const std::string action = args.size() == 1 ? args[0] : "";
  if (action != "create" && action != "list" && action != "revoke") {
    return UsageError("key needs one of create, list and revoke; specrelay_ctl help shows their flags");
  }
  if (context.options.keys_file.empty()) return UsageError(absl::StrCat("key ", action, " needs --keys_file=PATH"));
  if (action == "create") return RunCreate(context);
  return action == "list" ? RunList(context) : RunRevoke(context);
}

}  // namespace specrelay
