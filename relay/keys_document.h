// The content of the keys file:
//
//   {"keys": [{"id": "key_…", "name": …, "account": …, "role": "agent|user|viewer|admin", "projects": […],
//              "hash": "<SHA-256 of the key, hexadecimal>", "createdAt": …, "expiresAt"?: …, "revokedAt"?: …}]}
//
// Times are RFC 3339. "projects" may be missing: no limit. Whatever else stands in the file is kept.
#ifndef SPECRELAY_RELAY_KEYS_DOCUMENT_H_
#define SPECRELAY_RELAY_KEYS_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "relay/principal.h"

namespace specrelay {

// Largest keys file that is read or written; room for about 50,000 keys.
inline constexpr int64_t kMaxKeysFileBytes = 16 << 20;

// One key as it is stored.
struct KeyRecord {
  Principal principal;
  std::string hash;
  absl::Time created_at = absl::InfinitePast();    // infinite past: not known
  absl::Time expires_at = absl::InfiniteFuture();  // infinite future: never
  absl::optional<absl::Time> revoked_at;           // infinite past: at a time not known
};

// "2023-11-14T22:13:20.000Z", the form of the times in the file.
std::string FormatKeyTime(absl::Time time);

// A value. Not thread-safe.
class KeysDocument {
 public:
  // Without keys.
  KeysDocument();

  // INVALID_ARGUMENT when any entry is not as above: half a file must not pass for a whole one.
  static absl::StatusOr<KeysDocument> Parse(absl::string_view json);

  std::string Serialize() const;

  const std::vector<KeyRecord>& keys() const { return keys_; }

  // INVALID_ARGUMENT when a name, account or project is empty, over 128 bytes, not UTF-8 or has control characters.
  absl::Status Add(const KeyRecord& key);

  // Marks the key at `index` of keys() as revoked; one that is revoked stays as it is.
  void Revoke(size_t index, absl::Time now);

 private:
  nlohmann::ordered_json json_;  // json_["keys"][i] is keys_[i]
  std::vector<KeyRecord> keys_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_KEYS_DOCUMENT_H_
