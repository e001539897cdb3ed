#include "relay/key_store.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"
#include "relay/api_key.h"

namespace specrelay {
namespace {

constexpr int kMissingChecksUntilGone = 2;

bool IsUsable(const KeyRecord& key, absl::Time now) { return !key.revoked_at.has_value() && now < key.expires_at; }

}  // namespace

struct KeyStore::Snapshot {
  std::vector<std::shared_ptr<const KeyRecord>> in_order;
  absl::flat_hash_map<std::string, std::shared_ptr<const KeyRecord>> by_hash;
  absl::flat_hash_map<std::string, std::shared_ptr<const KeyRecord>> by_id;
};

struct KeyStore::Loaded {
  KeysDocument document;
  FileSignature signature;
};

absl::StatusOr<KeyStore::Loaded> KeyStore::Load(const std::string& path) {
  ASSIGN_OR_RETURN(const PrivateFile file, ReadPrivateFile(path, kMaxKeysFileBytes));
  absl::StatusOr<KeysDocument> document = KeysDocument::Parse(file.bytes);
  if (!document.ok()) {
    return absl::Status(document.status().code(),
                        absl::StrCat(path, " is ", document.status().message(), "; repair it or restore a copy"));
  }
  return Loaded{*std::move(document), file.signature};
}

absl::StatusOr<std::unique_ptr<KeyStore>> KeyStore::Open(absl::string_view path, const Clock& clock) {
  auto store = absl::WrapUnique(new KeyStore(std::string(path), clock));
  ASSIGN_OR_RETURN(const Loaded loaded, Load(store->path_));
  store->Publish(loaded.document);
  absl::MutexLock lock(&store->reload_mu_);
  store->signature_ = loaded.signature;
  return store;
}

KeyStore::KeyStore(std::string path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

KeyStore::~KeyStore() = default;

absl::StatusOr<Principal> KeyStore::Authenticate(absl::string_view presented_key) const {
  if (presented_key.empty()) {
    return absl::UnauthenticatedError(
        "no API key was given; send \"authorization: Bearer <key>\" with a key made by specrelay_ctl key create");
  }
  if (!LooksLikeApiKey(presented_key)) {
    return absl::UnauthenticatedError(
        "the API key is malformed; a key is \"srk_\" and 49 letters and digits: check that it was copied whole");
  }
  const std::shared_ptr<const Snapshot> current = snapshot();
  const auto found = current->by_hash.find(HashApiKey(presented_key));
  if (found == current->by_hash.end()) {
    return absl::UnauthenticatedError(
        "the API key is unknown to this relay; check the relay's address, or make a key with specrelay_ctl key create "
        "and this relay's keys file");
  }
  const KeyRecord& key = *found->second;
  if (key.revoked_at.has_value()) {
    return absl::UnauthenticatedError(
        absl::StrCat("the API key \"", key.principal.key_name, "\" was revoked; ask for a new one"));
  }
  if (!IsUsable(key, clock_.Now())) {
    return absl::UnauthenticatedError(absl::StrCat("the API key \"", key.principal.key_name, "\" expired at ",
                                                   FormatKeyTime(key.expires_at), "; ask for a new one"));
  }
  return key.principal;
}

bool KeyStore::IsLive(absl::string_view key_id) const {
  const std::shared_ptr<const Snapshot> current = snapshot();
  const auto found = current->by_id.find(key_id);
  return found != current->by_id.end() && IsUsable(*found->second, clock_.Now());
}

bool KeyStore::StillGrants(const Principal& principal) const {
  const std::shared_ptr<const Snapshot> current = snapshot();
  const auto found = current->by_id.find(principal.key_id);
  if (found == current->by_id.end() || !IsUsable(*found->second, clock_.Now())) return false;
  const Principal& now = found->second->principal;
  return now.account == principal.account && now.role == principal.role &&
         now.project_scopes == principal.project_scopes;
}

std::vector<KeyRecord> KeyStore::KeysOf(absl::string_view account) const {
  const std::shared_ptr<const Snapshot> current = snapshot();
  std::vector<KeyRecord> keys;
  for (const std::shared_ptr<const KeyRecord>& key : current->in_order) {
    if (key->principal.account != account) continue;
    keys.push_back(*key);
    keys.back().hash.clear();
  }
  return keys;
}

bool KeyStore::ReloadIfChanged() {
  absl::MutexLock lock(&reload_mu_);
  const absl::StatusOr<FileSignature> signature = SignatureOf(path_);
  if (absl::IsNotFound(signature.status())) return HandleMissingLocked();
  missing_checks_ = 0;
  if (signature.ok() && signature_ == *signature) {
    reported_error_.clear();
    return false;
  }
  const absl::StatusOr<Loaded> loaded = Load(path_);
  if (absl::IsNotFound(loaded.status())) return HandleMissingLocked();
  if (!loaded.ok()) {
    HandleBrokenLocked(loaded.status());
    return false;
  }
  signature_ = loaded->signature;
  reported_error_.clear();
  Publish(loaded->document);
  Log(LogLevel::kInfo, "keys reloaded", {{"path", path_}, {"keys", absl::StrCat(loaded->document.keys().size())}});
  return true;
}

bool KeyStore::HandleMissingLocked() {
  if (++missing_checks_ != kMissingChecksUntilGone) return false;
  signature_.reset();
  reported_error_.clear();
  Publish(KeysDocument());
  Log(LogLevel::kError, "keys file is gone, no key is accepted until it is back", {{"path", path_}});
  return true;
}

void KeyStore::HandleBrokenLocked(const absl::Status& status) {
  // The file is read again each time until it is whole; only a new reason is worth a line.
  if (reported_error_ == status.message()) return;
  reported_error_ = std::string(status.message());
  Log(LogLevel::kError, "keys file cannot be used, keeping the keys from before",
      {{"path", path_}, {"error", reported_error_}});
}

uint64_t KeyStore::generation() const {
  absl::MutexLock lock(&mu_);
  return generation_;
}

std::shared_ptr<const KeyStore::Snapshot> KeyStore::snapshot() const {
  absl::MutexLock lock(&mu_);
  return snapshot_;
}

void KeyStore::Publish(const KeysDocument& document) {
  auto next = std::make_shared<Snapshot>();
  for (const KeyRecord& record : document.keys()) {
    auto key = std::make_shared<const KeyRecord>(record);
    next->in_order.push_back(key);
    next->by_hash[key->hash] = key;
    next->by_id[key->principal.key_id] = key;
  }
  absl::MutexLock lock(&mu_);
  snapshot_ = std::move(next);
  ++generation_;
}

}  // namespace specrelay
