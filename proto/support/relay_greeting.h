// What a relay tells about itself to whoever shows it a valid key: initial metadata of its answers.
#ifndef SPECRELAY_PROTO_SUPPORT_RELAY_GREETING_H_
#define SPECRELAY_PROTO_SUPPORT_RELAY_GREETING_H_

namespace specrelay {

// Role of the key, with every answer, so that tools can say what a key may do.
inline constexpr char kRoleMetadataKey[] = "specrelay-role";

// With the answer to ListProjects, even when the role may not list any:
// the relay's time, ISO 8601 in UTC with milliseconds …
inline constexpr char kTimeMetadataKey[] = "specrelay-time";
// … and the agent protocol's versions that it speaks, "OLDEST-NEWEST".
inline constexpr char kProtocolMetadataKey[] = "specrelay-protocol";

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_RELAY_GREETING_H_
