// What a Register frame must hold before the relay believes it.
#ifndef SPECRELAY_RELAY_REGISTRATION_H_
#define SPECRELAY_RELAY_REGISTRATION_H_

#include "absl/status/status.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Agents that speak an older protocol are refused.
inline constexpr int kOldestProtocolVersion = 1;

// OK, INVALID_ARGUMENT for a missing or over-long field, or FAILED_PRECONDITION for a protocol version that this relay
// no longer speaks. Messages name the field. Pure.
absl::Status CheckRegistration(const v1::Register& registration);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_REGISTRATION_H_
