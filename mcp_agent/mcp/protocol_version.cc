#include "mcp_agent/mcp/protocol_version.h"

namespace specrelay {

absl::string_view ProtocolVersionName(ProtocolVersion version) {
  switch (version) {
    case ProtocolVersion::k2024_11_05:
      return "2024-11-05";
    case ProtocolVersion::k2025_03_26:
      return "2025-03-26";
    case ProtocolVersion::k2025_06_18:
      return "2025-06-18";
    case ProtocolVersion::k2025_11_25:
      return "2025-11-25";
  }
  return "";
}

ProtocolVersion NegotiateProtocolVersion(absl::string_view requested) {
  for (const ProtocolVersion version : {ProtocolVersion::k2024_11_05, ProtocolVersion::k2025_03_26,
                                        ProtocolVersion::k2025_06_18, ProtocolVersion::k2025_11_25}) {
    if (requested == ProtocolVersionName(version)) return version;
  }
  return kNewestProtocolVersion;
}

}  // namespace specrelay
