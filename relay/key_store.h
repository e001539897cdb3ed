// The keys that a running relay accepts: the keys file in memory, following its changes.
#ifndef SPECRELAY_RELAY_KEY_STORE_H_
#define SPECRELAY_RELAY_KEY_STORE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "proto/support/clock.h"
#include "relay/keys_document.h"
#include "relay/principal.h"
#include "relay/private_file.h"

namespace specrelay {

// Thread-safe. Authenticate and the like never touch the disk and never wait for a reload; they take a snapshot that
// reloads replace whole.
//
// Someone calls ReloadIfChanged() about each second and, when it returns true and at least each few seconds because
// keys also expire, ends the streams whose principal StillGrants() no longer confirms.
class KeyStore {
 public:
  // Reads the keys file. NOT_FOUND when it does not exist; other errors as in relay/private_file.h, and
  // INVALID_ARGUMENT when it is no keys file. `clock` must outlive the store.
  static absl::StatusOr<std::unique_ptr<KeyStore>> Open(absl::string_view path, const Clock& clock);

  KeyStore(const KeyStore&) = delete;
  KeyStore& operator=(const KeyStore&) = delete;
  ~KeyStore();

  // Whose key it is. UNAUTHENTICATED, with a message that says what to do and never repeats the key, when there is none
  // (empty), or it is malformed, unknown, revoked or expired. The look-up is by the key's SHA-256 and so needs no
  // constant-time comparison: what its timing tells is about a hash that the caller cannot steer.
  absl::StatusOr<Principal> Authenticate(absl::string_view presented_key) const;

  // Whether the key of that id is still known, not revoked and not expired.
  bool IsLive(absl::string_view key_id) const;

  // IsLive(), and the key still has the account, role and scopes that `principal` was given.
  bool StillGrants(const Principal& principal) const;

  // The keys of an account, revoked and expired ones too, in the order of the file. Their hashes are left out.
  std::vector<KeyRecord> KeysOf(absl::string_view account) const;

  // Reads the file again if it changed since; returns whether the keys were replaced. A file that cannot be used
  // (broken, readable by others) keeps the keys there are, and one line in the log says so for each new reason. A file
  // that is missing takes all keys away, but only when it is missing in two calls in a row: some editors remove and
  // write anew.
  bool ReloadIfChanged();

  // Grows by one with each replacement of the keys.
  uint64_t generation() const;

 private:
  struct Snapshot;
  struct Loaded;

  KeyStore(std::string path, const Clock& clock);

  static absl::StatusOr<Loaded> Load(const std::string& path);
  std::shared_ptr<const Snapshot> snapshot() const;
  void Publish(const KeysDocument& document);
  bool HandleMissingLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mu_);
  void HandleBrokenLocked(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(reload_mu_);

  // Constant after construction.
  const std::string path_;
  const Clock& clock_;

  // Serializes reloads, file access included; taken before mu_ and by nothing that serves a call.
  absl::Mutex reload_mu_;
  absl::optional<FileSignature> signature_ ABSL_GUARDED_BY(reload_mu_);  // of the file that the snapshot came from
  int missing_checks_ ABSL_GUARDED_BY(reload_mu_) = 0;                   // in a row
  std::string reported_error_ ABSL_GUARDED_BY(reload_mu_);

  mutable absl::Mutex mu_;
  std::shared_ptr<const Snapshot> snapshot_ ABSL_GUARDED_BY(mu_);
  uint64_t generation_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_KEY_STORE_H_
