#include "dashboard/api/key_json.h"

#include <string>
#include <utility>

namespace specrelay {
namespace {

Json KeyTimeJson(absl::Time time) {
  if (time == absl::InfinitePast() || time == absl::InfiniteFuture()) return nullptr;
  return FormatKeyTime(time);
}

}  // namespace

Json KeyJson(const KeyRecord& key, absl::Time now) {
  Json projects = Json::array();
  for (const std::string& project : key.principal.project_scopes) projects.push_back(project);
  return {{"id", key.principal.key_id},
          {"name", key.principal.key_name},
          {"role", std::string(RoleName(key.principal.role))},
          {"projectIds", std::move(projects)},
          {"createdAt", KeyTimeJson(key.created_at)},
          {"expiresAt", KeyTimeJson(key.expires_at)},
          {"revokedAt", key.revoked_at.has_value() ? KeyTimeJson(*key.revoked_at) : Json()},
          {"active", !key.revoked_at.has_value() && now < key.expires_at}};
}

}  // namespace specrelay
