// What an agent has said that it can. Pure.
#ifndef SPECRELAY_RELAY_CAPABILITIES_H_
#define SPECRELAY_RELAY_CAPABILITIES_H_

#include <algorithm>

#include "absl/strings/string_view.h"
#include "proto/support/body_transfer.h"
#include "relay/registry.h"

namespace specrelay {

// Whether it named the capability when it registered.
inline bool Names(const v1::Register& registration, absl::string_view capability) {
  const auto& capabilities = registration.capabilities();
  return std::find(capabilities.begin(), capabilities.end(), capability) != capabilities.end();
}

// How chunks to and from it may be encoded.
inline ChunkEncoding EncodingFor(const Instance& instance) {
  return Names(instance.registration, kTransferGzipCapability) ? ChunkEncoding::kGzip : ChunkEncoding::kPlain;
}

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_CAPABILITIES_H_
