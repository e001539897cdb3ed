#include "relay/principal.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace specrelay {

absl::string_view RoleName(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kUser:
      return "user";
    case Role::kAgent:
      return "agent";
    case Role::kAdmin:
      return "admin";
  }
  return "unknown";
}

absl::StatusOr<Role> ParseRole(absl::string_view name) {
  for (const Role role : {Role::kViewer, Role::kUser, Role::kAgent, Role::kAdmin}) {
    if (name == RoleName(role)) return role;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name, "\" is not a role; the roles are agent, user, viewer and admin"));
}

bool Principal::MaySee(absl::string_view project_id) const {
  return project_scopes.empty() ||
         std::find(project_scopes.begin(), project_scopes.end(), project_id) != project_scopes.end();
}

}  // namespace specrelay
