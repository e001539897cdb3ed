#include "dashboard/auth/session_secret.h"

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "relay/private_file.h"

namespace specrelay {
namespace {

constexpr int kGeneratedLength = 64;
constexpr int64_t kMaxFileBytes = 4096;
constexpr absl::Duration kLockTimeout = absl::Seconds(10);

absl::StatusOr<std::string> ReadSecret(absl::string_view path) {
  ASSIGN_OR_RETURN(const PrivateFile file, ReadPrivateFile(path, kMaxFileBytes));
  const absl::string_view secret = absl::StripAsciiWhitespace(file.bytes);
  if (secret.size() < kMinSessionSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has fewer than ", kMinSessionSecretBytes,
                                                   " bytes, too few for a secret; remove it, and a new one is made"));
  }
  return std::string(secret);
}

}  // namespace

absl::StatusOr<std::string> ReadOrMakeSessionSecret(absl::string_view path) {
  absl::StatusOr<std::string> secret = ReadSecret(path);
  if (!absl::IsNotFound(secret.status())) return secret;
  // Two servers that start at once must end up with one secret.
  ASSIGN_OR_RETURN(const FileLock lock, FileLock::Acquire(path, kLockTimeout));
  secret = ReadSecret(path);
  if (!absl::IsNotFound(secret.status())) return secret;
  secret = RandomBase62(kGeneratedLength);
  RETURN_IF_ERROR(ReplacePrivateFile(path, absl::StrCat(*secret, "\n")));
  return secret;
}

}  // namespace specrelay
