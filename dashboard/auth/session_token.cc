#include "dashboard/auth/session_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "proto/support/bounded_json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 2;
constexpr char kHeader[] = R"({"alg":"HS256","typ":"JWT"})";

absl::Status Refuse() { return absl::UnauthenticatedError("the session is not valid; log in again"); }

std::string Sign(absl::string_view text, absl::string_view secret) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

// Base64url without padding, in the one form that an encoder makes.
absl::optional<std::string> Decode(absl::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(text, &bytes) || absl::WebSafeBase64Escape(bytes) != text) return absl::nullopt;
  return bytes;
}

bool ReadText(const Json& claims, const char* name, std::string& text) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_string()) return false;
  text = found->get<std::string>();
  return true;
}

bool ReadTime(const Json& claims, const char* name, absl::Time& time) {
  const auto found = claims.find(name);
  if (found == claims.end() || !found->is_number_integer()) return false;
  time = absl::FromUnixSeconds(found->get<int64_t>());
  return true;
}

bool ReadScopes(const Json& claims, std::vector<std::string>& scopes) {
  const auto found = claims.find("scopes");
  if (found == claims.end() || !found->is_array()) return false;
  for (const Json& scope : *found) {
    if (!scope.is_string()) return false;
    scopes.push_back(scope.get<std::string>());
  }
  return true;
}

absl::StatusOr<Session> ReadClaims(absl::string_view text) {
  const absl::StatusOr<Json> claims = ParseBoundedJson(text, kMaxDepth);
  if (!claims.ok() || !claims->is_object()) return Refuse();
  Session session;
  Principal& principal = session.principal;
  std::string role_name;
  if (!ReadText(*claims, "jti", session.id) || !ReadText(*claims, "sub", principal.key_id) ||
      !ReadText(*claims, "name", principal.key_name) || !ReadText(*claims, "account", principal.account) ||
      !ReadText(*claims, "role", role_name) || !ReadScopes(*claims, principal.project_scopes) ||
      !ReadTime(*claims, "iat", session.issued_at) || !ReadTime(*claims, "exp", session.expires_at)) {
    return Refuse();
  }
  const absl::StatusOr<Role> role = ParseRole(role_name);
  if (!role.ok()) return Refuse();
  principal.role = *role;
  return session;
}

}  // namespace

absl::StatusOr<std::string> EncodeSessionToken(const Session& session, absl::string_view secret) {
  const Principal& principal = session.principal;
  const Json claims = {{"jti", session.id},
                       {"sub", principal.key_id},
                       {"name", principal.key_name},
                       {"account", principal.account},
                       {"role", std::string(RoleName(principal.role))},
                       {"scopes", principal.project_scopes},
                       {"iat", absl::ToUnixSeconds(session.issued_at)},
                       {"exp", absl::ToUnixSeconds(session.expires_at)}};
  const std::string text =
      absl::StrCat(absl::WebSafeBase64Escape(kHeader), ".",
                   absl::WebSafeBase64Escape(claims.dump(-1, ' ', false, Json::error_handler_t::replace)));
  std::string token = absl::StrCat(text, ".", absl::WebSafeBase64Escape(Sign(text, secret)));
  if (token.size() > kMaxSessionTokenBytes) {
    return absl::FailedPreconditionError(
        "the key names too many projects for a browser's cookie; log in with a key that names fewer, or none");
  }
  return token;
}

absl::StatusOr<Session> DecodeSessionToken(absl::string_view token, absl::string_view secret, absl::Time now) {
  if (token.size() > kMaxSessionTokenBytes) return Refuse();
  const std::vector<absl::string_view> parts = absl::StrSplit(token, '.');
  if (parts.size() != 3 || parts[0] != absl::WebSafeBase64Escape(kHeader)) return Refuse();
  const absl::optional<std::string> signature = Decode(parts[2]);
  const std::string expected = Sign(token.substr(0, parts[0].size() + 1 + parts[1].size()), secret);
  if (!signature.has_value() || signature->size() != expected.size() ||
      CRYPTO_memcmp(signature->data(), expected.data(), expected.size()) != 0) {
    return Refuse();
  }
  const absl::optional<std::string> claims = Decode(parts[1]);
  if (!claims.has_value()) return Refuse();
  ASSIGN_OR_RETURN(Session session, ReadClaims(*claims));
  if (session.expires_at <= now) return absl::UnauthenticatedError("the session has expired; log in again");
  return session;
}

}  // namespace specrelay
