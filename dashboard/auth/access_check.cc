#include "dashboard/auth/access_check.h"

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

Role LeastRole(Access access) {
  switch (access) {
    case Access::kOpen:
    case Access::kViewer:
      return Role::kViewer;
    case Access::kUser:
      return Role::kUser;
    case Access::kAdmin:
      return Role::kAdmin;
  }
  return Role::kAdmin;
}

int RankOf(Role role) {
  switch (role) {
    case Role::kAgent:
      return 0;
    case Role::kViewer:
      return 1;
    case Role::kUser:
      return 2;
    case Role::kAdmin:
      return 3;
  }
  return 0;
}

}  // namespace

absl::Status CheckAccess(Access access, Role role) {
  const Role least = LeastRole(access);
  if (access == Access::kOpen || RankOf(role) >= RankOf(least)) return absl::OkStatus();
  if (role == Role::kAgent) {
    return absl::PermissionDeniedError(
        "this is an agent's key, which only connects agents; use a key of the role viewer, user or admin");
  }
  return absl::PermissionDeniedError(absl::StrCat("this needs the role ", RoleName(least), ", and yours is ",
                                                  RoleName(role), "; ask an admin for a key of that role"));
}

}  // namespace specrelay
