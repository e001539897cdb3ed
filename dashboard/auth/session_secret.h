// The secret that signs sessions, in a file of its own.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_SECRET_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_SECRET_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

inline constexpr size_t kMinSessionSecretBytes = 32;

// The content of the file, which must have the mode 0600; a new one of random letters and digits (380 bits) is put
// there when there is none. Servers that share the file accept each other's sessions, and a new file ends all sessions.
// INVALID_ARGUMENT when it has fewer than 32 bytes; other errors as in relay/private_file.h.
absl::StatusOr<std::string> ReadOrMakeSessionSecret(absl::string_view path);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_SECRET_H_
