// From a call's metadata to who calls.
#ifndef SPECRELAY_RELAY_CALLER_AUTHENTICATION_H_
#define SPECRELAY_RELAY_CALLER_AUTHENTICATION_H_

#include <cstddef>
#include <map>

#include "absl/status/statusor.h"
#include "grpcpp/support/string_ref.h"
#include "relay/key_store.h"
#include "relay/relay.h"

namespace specrelay {

using RequestMetadata = std::multimap<grpc::string_ref, grpc::string_ref>;

// Who calls: the owner of the key in `authorization: Bearer <key>`, and the client program as its `user-agent` says,
// cut to 200 characters. UNAUTHENTICATED, with a message that says what to do, when there is no such metadata, more
// than one of it, or no valid key in it. Never blocks; thread-safe.
absl::StatusOr<Caller> AuthenticateCaller(const RequestMetadata& metadata, const KeyStore& keys);

// How large status details the client takes (kMaxDetailsMetadataKey); the default when it does not say or says
// nonsense.
size_t MaxDetailsBytes(const RequestMetadata& metadata);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_CALLER_AUTHENTICATION_H_
