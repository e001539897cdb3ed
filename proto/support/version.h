#ifndef SPECRELAY_PROTO_SUPPORT_VERSION_H_
#define SPECRELAY_PROTO_SUPPORT_VERSION_H_

namespace specrelay {

// Version of the programs (semantic versioning) and of the agent protocol; see CHANGELOG.md.
inline constexpr char kVersion[] = "0.1.0";
inline constexpr int kProtocolVersion = 1;

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_VERSION_H_
