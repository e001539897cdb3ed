// Who makes a call, as their key says.
#ifndef SPECRELAY_RELAY_PRINCIPAL_H_
#define SPECRELAY_RELAY_PRINCIPAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/support/relay_greeting.h"  // IWYU pragma: export

namespace specrelay {

// What a key is for; see relay/authorization.h for what each may do.
enum class Role { kViewer, kUser, kAgent, kAdmin };

// "viewer", "user", "agent" or "admin".
absl::string_view RoleName(Role role);

// The reverse; INVALID_ARGUMENT names the roles there are.
absl::StatusOr<Role> ParseRole(absl::string_view name);

// A value; copy it freely. It stays true only as long as KeyStore::StillGrants says so.
struct Principal {
  std::string account;
  Role role = Role::kViewer;
  std::string key_id;
  std::string key_name;
  std::vector<std::string> project_scopes;  // empty: all projects of the account

  // Whether the scopes include the project. Says nothing about the account: that is the registry's part.
  bool MaySee(absl::string_view project_id) const;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_PRINCIPAL_H_
