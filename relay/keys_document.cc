#include "relay/keys_document.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxNameBytes = 128;
constexpr size_t kHashLength = 64;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a keys file: ", what));
}

absl::StatusOr<std::string> TextOf(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  if (found == entry.end() || !found->is_string() || found->get_ref<const std::string&>().empty()) {
    return Invalid(absl::StrCat("a key has no text \"", key, "\""));
  }
  return found->get<std::string>();
}

absl::optional<absl::Time> TimeOf(const Json& value) {
  absl::Time time;
  std::string error;
  if (!value.is_string() || !absl::ParseTime(absl::RFC3339_full, value.get_ref<const std::string&>(), &time, &error)) {
    return absl::nullopt;
  }
  return time;
}

bool IsPresent(const Json& entry, const char* key) {
  const auto found = entry.find(key);
  return found != entry.end() && !found->is_null();
}

absl::Status ReadProjects(const Json& entry, Principal& principal) {
  const auto projects = entry.find("projects");
  if (projects == entry.end()) return absl::OkStatus();
  if (!projects->is_array()) return Invalid("\"projects\" of a key is no array");
  for (const Json& project : *projects) {
    if (!project.is_string() || project.get_ref<const std::string&>().empty()) {
      return Invalid("\"projects\" of a key holds something else than project ids");
    }
    principal.project_scopes.push_back(project.get<std::string>());
  }
  return absl::OkStatus();
}

absl::Status ReadTimes(const Json& entry, KeyRecord& key) {
  if (IsPresent(entry, "createdAt")) key.created_at = TimeOf(entry["createdAt"]).value_or(absl::InfinitePast());
  if (IsPresent(entry, "expiresAt")) {
    const absl::optional<absl::Time> expires_at = TimeOf(entry["expiresAt"]);
    // Guessing here would let a key live longer than its maker wanted.
    if (!expires_at.has_value()) return Invalid("\"expiresAt\" of a key is no RFC 3339 time");
    key.expires_at = *expires_at;
  }
  // Whatever it says: somebody wanted the key to be revoked.
  if (IsPresent(entry, "revokedAt")) key.revoked_at = TimeOf(entry["revokedAt"]).value_or(absl::InfinitePast());
  return absl::OkStatus();
}

absl::StatusOr<KeyRecord> ReadKey(const Json& entry) {
  if (!entry.is_object()) return Invalid("an entry of \"keys\" is no object");
  KeyRecord key;
  ASSIGN_OR_RETURN(key.principal.key_id, TextOf(entry, "id"));
  ASSIGN_OR_RETURN(key.principal.key_name, TextOf(entry, "name"));
  ASSIGN_OR_RETURN(key.principal.account, TextOf(entry, "account"));
  ASSIGN_OR_RETURN(const std::string role, TextOf(entry, "role"));
  ASSIGN_OR_RETURN(key.principal.role, ParseRole(role));
  ASSIGN_OR_RETURN(key.hash, TextOf(entry, "hash"));
  const auto is_digit = [](char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); };
  if (key.hash.size() != kHashLength || !std::all_of(key.hash.begin(), key.hash.end(), is_digit)) {
    return Invalid("\"hash\" of a key is not 64 lower-case hexadecimal digits");
  }
  RETURN_IF_ERROR(ReadProjects(entry, key.principal));
  RETURN_IF_ERROR(ReadTimes(entry, key));
  return key;
}

bool IsUtf8(const std::string& text) {
  // The parser checks UTF-8 strictly; asking it keeps "can be written" and "can be read back" the same thing.
  return Json::accept(absl::StrCat("\"", text, "\""));
}

absl::Status CheckText(absl::string_view what, const std::string& text) {
  const auto is_bad = [](char c) { return absl::ascii_iscntrl(c) || c == '"' || c == '\\'; };
  if (text.empty() || text.size() > kMaxNameBytes || std::any_of(text.begin(), text.end(), is_bad) || !IsUtf8(text)) {
    return absl::InvalidArgumentError(absl::StrCat(
        what, " must be 1 to ", kMaxNameBytes, " bytes of UTF-8 without control characters, quotes and backslashes"));
  }
  return absl::OkStatus();
}

}  // namespace

std::string FormatKeyTime(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

KeysDocument::KeysDocument() : json_(Json::object({{"keys", Json::array()}})) {}

absl::StatusOr<KeysDocument> KeysDocument::Parse(absl::string_view json) {
  KeysDocument document;
  document.json_ = Json::parse(json.begin(), json.end(), nullptr, /*allow_exceptions=*/false);
  if (document.json_.is_discarded()) return Invalid("it is no JSON");
  if (!document.json_.is_object() || !document.json_.contains("keys") || !document.json_["keys"].is_array()) {
    return Invalid("it has no array \"keys\"");
  }
  absl::flat_hash_set<std::string> seen;
  for (const Json& entry : document.json_["keys"]) {
    ASSIGN_OR_RETURN(KeyRecord key, ReadKey(entry));
    if (!seen.insert(key.hash).second) return Invalid("two keys have the same \"hash\"");
    if (!seen.insert(absl::StrCat("id ", key.principal.key_id)).second) return Invalid("two keys have the same \"id\"");
    document.keys_.push_back(std::move(key));
  }
  return document;
}

std::string KeysDocument::Serialize() const { return absl::StrCat(json_.dump(2), "\n"); }

absl::Status KeysDocument::Add(const KeyRecord& key) {
  const Principal& principal = key.principal;
  RETURN_IF_ERROR(CheckText("the name of a key", principal.key_name));
  RETURN_IF_ERROR(CheckText("an account", principal.account));
  for (const std::string& project : principal.project_scopes) RETURN_IF_ERROR(CheckText("a project id", project));
  Json entry;
  entry["id"] = principal.key_id;
  entry["name"] = principal.key_name;
  entry["account"] = principal.account;
  entry["role"] = std::string(RoleName(principal.role));
  entry["projects"] = principal.project_scopes;
  entry["hash"] = key.hash;
  entry["createdAt"] = FormatKeyTime(key.created_at);
  if (key.expires_at != absl::InfiniteFuture()) entry["expiresAt"] = FormatKeyTime(key.expires_at);
  json_["keys"].push_back(std::move(entry));
  keys_.push_back(key);
  return absl::OkStatus();
}

void KeysDocument::Revoke(size_t index, absl::Time now) {
  if (keys_[index].revoked_at.has_value()) return;
  keys_[index].revoked_at = now;
  json_["keys"][index]["revokedAt"] = FormatKeyTime(now);
}

}  // namespace specrelay
