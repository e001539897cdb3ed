#include "relay/key_admin.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "relay/api_key.h"
#include "relay/private_file.h"

namespace specrelay {
namespace {

constexpr absl::Duration kLockTimeout = absl::Seconds(10);
constexpr int kIdLength = 16;

absl::StatusOr<KeysDocument> ReadDocument(absl::string_view path) {
  ASSIGN_OR_RETURN(const PrivateFile file, ReadPrivateFile(path, kMaxKeysFileBytes));
  // What mktemp makes; nothing can be lost by filling it.
  if (file.bytes.empty()) return KeysDocument();
  absl::StatusOr<KeysDocument> document = KeysDocument::Parse(file.bytes);
  if (document.ok()) return document;
  return absl::Status(document.status().code(),
                      absl::StrCat(path, " is ", document.status().message(), "; repair it, or name another file"));
}

absl::Status WriteDocument(absl::string_view path, const KeysDocument& document) {
  const std::string bytes = document.Serialize();
  if (bytes.size() > kMaxKeysFileBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, " would be larger than ", kMaxKeysFileBytes, " bytes; remove revoked keys from it"));
  }
  return ReplacePrivateFile(path, bytes);
}

// Revokes the key at the index that `find` chooses.
absl::StatusOr<KeyRecord> Revoke(absl::string_view path, const Clock& clock,
                                 absl::FunctionRef<absl::StatusOr<size_t>(const std::vector<KeyRecord>&)> find) {
  ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(path, kLockTimeout));
  ASSIGN_OR_RETURN(KeysDocument document, ReadDocument(path));
  ASSIGN_OR_RETURN(const size_t index, find(document.keys()));
  if (!document.keys()[index].revoked_at.has_value()) {
    document.Revoke(index, clock.Now());
    RETURN_IF_ERROR(WriteDocument(path, document));
  }
  return document.keys()[index];
}

absl::Status NoSuchKey(absl::string_view path, absl::string_view what, absl::string_view value) {
  return absl::NotFoundError(absl::StrCat("there is no key with the ", what, " \"", value, "\" in ", path,
                                          "; specrelay_ctl key list shows those there are"));
}

}  // namespace

absl::StatusOr<CreatedKey> CreateKey(absl::string_view path, const KeySpec& spec, const Clock& clock) {
  if (spec.lifetime <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("a key's lifetime must be positive, for example 720h");
  }
  ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(path, kLockTimeout));
  absl::StatusOr<KeysDocument> document = ReadDocument(path);
  if (absl::IsNotFound(document.status())) document = KeysDocument();
  RETURN_IF_ERROR(document.status());
  CreatedKey created;
  created.key = GenerateApiKey();
  created.record.principal = {spec.account, spec.role, absl::StrCat("key_", RandomBase62(kIdLength)), spec.name,
                              spec.project_scopes};
  created.record.hash = HashApiKey(created.key);
  created.record.created_at = clock.Now();
  created.record.expires_at = created.record.created_at + spec.lifetime;
  RETURN_IF_ERROR(document->Add(created.record));
  RETURN_IF_ERROR(WriteDocument(path, *document));
  return created;
}

absl::StatusOr<std::vector<KeyRecord>> ListKeys(absl::string_view path) {
  ASSIGN_OR_RETURN(const KeysDocument document, ReadDocument(path));
  return document.keys();
}

absl::StatusOr<KeyRecord> RevokeKeyById(absl::string_view path, absl::string_view id, const Clock& clock) {
  return Revoke(path, clock, [&](const std::vector<KeyRecord>& keys) -> absl::StatusOr<size_t> {
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].principal.key_id == id) return i;
    }
    return NoSuchKey(path, "id", id);
  });
}

absl::StatusOr<KeyRecord> RevokeKeyByName(absl::string_view path, absl::string_view name, const Clock& clock) {
  return Revoke(path, clock, [&](const std::vector<KeyRecord>& keys) -> absl::StatusOr<size_t> {
    std::vector<std::string> live_ids;
    absl::optional<size_t> chosen;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (keys[i].principal.key_name != name) continue;
      const bool live = !keys[i].revoked_at.has_value();
      if (live) live_ids.push_back(keys[i].principal.key_id);
      if (live || !chosen.has_value()) chosen = i;
    }
    if (!chosen.has_value()) return NoSuchKey(path, "name", name);
    if (live_ids.size() > 1) {
      return absl::FailedPreconditionError(absl::StrCat("several keys have the name \"", name,
                                                        "\"; revoke by id, one of ", absl::StrJoin(live_ids, ", ")));
    }
    return *chosen;
  });
}

}  // namespace specrelay
