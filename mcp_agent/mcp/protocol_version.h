// The revisions of the Model Context Protocol that the server speaks, and what each of them has.
// Sources: the revisions' own changelogs, 2024-11-05 to 2025-11-25.
#ifndef SPECRELAY_MCP_AGENT_MCP_PROTOCOL_VERSION_H_
#define SPECRELAY_MCP_AGENT_MCP_PROTOCOL_VERSION_H_

#include "absl/strings/string_view.h"

namespace specrelay {

// In order of age.
enum class ProtocolVersion { k2024_11_05, k2025_03_26, k2025_06_18, k2025_11_25 };

inline constexpr ProtocolVersion kNewestProtocolVersion = ProtocolVersion::k2025_11_25;

// As it stands in `protocolVersion`.
absl::string_view ProtocolVersionName(ProtocolVersion version);

// What to answer to a client that asks for `requested`: the same where it is known, else the newest, which the client
// may refuse.
ProtocolVersion NegotiateProtocolVersion(absl::string_view requested);

inline bool HasBatches(ProtocolVersion version) { return version == ProtocolVersion::k2025_03_26; }
// Annotations of tools, `message` of progress notifications, and the capability `completions`.
inline bool HasAnnotations(ProtocolVersion version) { return version >= ProtocolVersion::k2025_03_26; }
// `title` beside `name`, `outputSchema`, `structuredContent`, and resource links in results.
inline bool HasStructuredContent(ProtocolVersion version) { return version >= ProtocolVersion::k2025_06_18; }
// `description` of the server.
inline bool HasServerDescription(ProtocolVersion version) { return version >= ProtocolVersion::k2025_11_25; }

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_PROTOCOL_VERSION_H_
