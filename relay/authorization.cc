#include "relay/authorization.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::Status CheckScope(const Principal& principal, absl::string_view project_id) {
  if (principal.MaySee(project_id)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "key \"", principal.key_name, "\" is limited to the projects ", absl::StrJoin(principal.project_scopes, ", "),
      " and project \"", project_id, "\" is not among them; use another key or one of these projects"));
}

}  // namespace

absl::Status AuthorizeClient(const Principal& principal) {
  if (principal.role != Role::kAgent) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("this is an agent key; use a user key (role user, viewer or admin) instead of \"",
                   principal.key_name, "\", made with specrelay_ctl key create --role=user"));
}

absl::Status AuthorizeCommand(const Principal& principal, const CommandInfo& command) {
  RETURN_IF_ERROR(AuthorizeClient(principal));
  if (command.access == v1::COMMAND_ACCESS_READ) return absl::OkStatus();
  if (command.access != v1::COMMAND_ACCESS_WRITE) {
    return absl::PermissionDeniedError(
        absl::StrCat("command \"", command.name, "\" does not state the access it needs, so nobody may send it"));
  }
  if (principal.role == Role::kUser || principal.role == Role::kAdmin) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat("command \"", command.name,
                                                  "\" changes the project and needs the role user or admin; key \"",
                                                  principal.key_name, "\" has the role ", RoleName(principal.role)));
}

absl::Status AuthorizeProject(const Principal& principal, absl::string_view project_id) {
  RETURN_IF_ERROR(AuthorizeClient(principal));
  return CheckScope(principal, project_id);
}

absl::Status AuthorizeChange(const Principal& principal, absl::string_view what) {
  RETURN_IF_ERROR(AuthorizeClient(principal));
  if (principal.role == Role::kUser || principal.role == Role::kAdmin) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(what, " needs the role user or admin; key \"", principal.key_name,
                                                  "\" has the role ", RoleName(principal.role)));
}

absl::Status AuthorizeWatch(const Principal& principal, absl::string_view project_id) {
  return project_id.empty() ? AuthorizeClient(principal) : AuthorizeProject(principal, project_id);
}

absl::Status AuthorizeAgent(const Principal& principal, absl::string_view project_id) {
  if (principal.role != Role::kAgent) {
    return absl::PermissionDeniedError(absl::StrCat("connecting an agent needs the role agent; key \"",
                                                    principal.key_name, "\" has the role ", RoleName(principal.role),
                                                    "; make an agent key with specrelay_ctl key create --role=agent"));
  }
  return CheckScope(principal, project_id);
}

}  // namespace specrelay
