// A keys file with keys for one test, under a clock that the test moves.
#ifndef SPECRELAY_DASHBOARD_AUTH_TESTING_SCRATCH_KEYS_H_
#define SPECRELAY_DASHBOARD_AUTH_TESTING_SCRATCH_KEYS_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/support/testing/fake_clock.h"
#include "relay/key_admin.h"
#include "relay/key_store.h"
#include "relay/principal.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {

// Has a key of each role, named after it, of the account "acme". Used by one thread.
class ScratchKeys {
 public:
  ScratchKeys() {
    for (const Role role : {Role::kViewer, Role::kUser, Role::kAdmin, Role::kAgent}) Add(RoleName(role), role);
    store_ = *KeyStore::Open(file_.path(), clock);
  }

  CreatedKey Add(absl::string_view name, Role role, std::vector<std::string> projects = {}) {
    KeySpec spec;
    spec.name = std::string(name);
    spec.role = role;
    spec.account = "acme";
    spec.project_scopes = std::move(projects);
    keys_.push_back(*CreateKey(file_.path(), spec, clock));
    if (store_ != nullptr) store_->ReloadIfChanged();
    return keys_.back();
  }

  void Revoke(absl::string_view name) {
    EXPECT_TRUE(RevokeKeyByName(file_.path(), name, clock).ok());
    EXPECT_TRUE(store_->ReloadIfChanged());
  }

  const KeyStore& store() const { return *store_; }
  const std::string& Key(Role role) const { return Of(role).key; }
  const Principal& PrincipalOf(Role role) const { return Of(role).record.principal; }
  std::string Path(absl::string_view name) const { return absl::StrCat(file_.directory(), "/", name); }

  FakeClock clock;

 private:
  const CreatedKey& Of(Role role) const {
    for (const CreatedKey& key : keys_) {
      if (key.record.principal.role == role) return key;
    }
    return keys_.front();
  }

  const ScratchKeysFile file_;
  std::vector<CreatedKey> keys_;
  std::unique_ptr<KeyStore> store_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_TESTING_SCRATCH_KEYS_H_
