// Whether and with which certificate the relay speaks TLS.
#ifndef SPECRELAY_RELAY_SERVER_CREDENTIALS_H_
#define SPECRELAY_RELAY_SERVER_CREDENTIALS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "grpcpp/security/server_credentials.h"

namespace specrelay {

// Credentials from a certificate chain and its private key, both PEM files; plain text when both paths are empty. The
// files are read once. INVALID_ARGUMENT when only one path is given, or a file is not what it should be, or the key is
// another certificate's; else the error of reading the file. gRPC itself says about all of these only that it failed.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(absl::string_view certificate_path,
                                                                               absl::string_view key_path);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_SERVER_CREDENTIALS_H_
