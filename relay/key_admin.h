// Making, listing and revoking keys in a keys file.
//
// Thread-safe, also across processes: every change holds the file's lock, so that none is lost. A change is on disk
// when the function returns; a relay that uses the file notices it by itself (relay/key_store.h).
//
// Errors besides those named: the ones of relay/private_file.h; INVALID_ARGUMENT when the file is no keys file, which
// it then stays untouched.
#ifndef SPECRELAY_RELAY_KEY_ADMIN_H_
#define SPECRELAY_RELAY_KEY_ADMIN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/support/clock.h"
#include "relay/keys_document.h"
#include "relay/principal.h"

namespace specrelay {

// A key to be made.
struct KeySpec {
  std::string name;  // need not be unique
  Role role = Role::kViewer;
  std::string account;
  std::vector<std::string> project_scopes;             // empty: all projects of the account
  absl::Duration lifetime = absl::InfiniteDuration();  // positive
};

struct CreatedKey {
  std::string key;  // nothing can show it again
  KeyRecord record;
};

// Adds a key. Makes the file when it is missing or empty, but not its directory. INVALID_ARGUMENT for a bad name,
// account, project or lifetime.
absl::StatusOr<CreatedKey> CreateKey(absl::string_view path, const KeySpec& spec, const Clock& clock);

// All keys, revoked ones too, in the order of the file.
absl::StatusOr<std::vector<KeyRecord>> ListKeys(absl::string_view path);

// Revokes a key for good; one that is revoked stays as it is. NOT_FOUND when there is none.
absl::StatusOr<KeyRecord> RevokeKeyById(absl::string_view path, absl::string_view id, const Clock& clock);

// The same by name. FAILED_PRECONDITION when several keys that are not revoked have that name.
absl::StatusOr<KeyRecord> RevokeKeyByName(absl::string_view path, absl::string_view name, const Clock& clock);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_KEY_ADMIN_H_
