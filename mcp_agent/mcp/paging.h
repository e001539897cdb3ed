// Lists in pages, with cursors that are opaque to clients.
// Source: Model Context Protocol, revision 2025-11-25, "Pagination".
#ifndef SPECRELAY_MCP_AGENT_MCP_PAGING_H_
#define SPECRELAY_MCP_AGENT_MCP_PAGING_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "nlohmann/json.hpp"

namespace specrelay {

inline constexpr size_t kPageSize = 100;

// An entry of a list, and the key that orders it.
struct ListEntry {
  std::string key;
  nlohmann::ordered_json shown;
};

// The page of `entries` that the request's `params` ask for, as {NAME: [...], "nextCursor": ...}. A cursor names the
// last key shown, so that what comes and goes between two pages shifts none of the others. INVALID_ARGUMENT for a
// cursor that is none of this list's. Pure.
absl::StatusOr<nlohmann::ordered_json> MakePage(std::vector<ListEntry> entries, const std::string& name,
                                                const nlohmann::ordered_json& params, size_t page_size = kPageSize);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_PAGING_H_
