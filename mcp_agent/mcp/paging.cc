#include "mcp_agent/mcp/paging.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// The last key shown; "" before the first page.
absl::StatusOr<std::string> KeyBefore(const Json& params, const std::string& prefix) {
  const auto cursor = params.find("cursor");
  if (cursor == params.end() || cursor->is_null()) return std::string();
  std::string text;
  if (!cursor->is_string() || !absl::WebSafeBase64Unescape(cursor->get_ref<const std::string&>(), &text) ||
      !absl::StartsWith(text, prefix)) {
    return absl::InvalidArgumentError("\"cursor\" must be a nextCursor of this list; leave it out to begin anew");
  }
  return text.substr(prefix.size());
}

}  // namespace

absl::StatusOr<Json> MakePage(std::vector<ListEntry> entries, const std::string& name, const Json& params,
                              size_t page_size) {
  const std::string prefix = absl::StrCat(name, ":");
  ASSIGN_OR_RETURN(const std::string before, KeyBefore(params, prefix));
  std::sort(entries.begin(), entries.end(), [](const ListEntry& a, const ListEntry& b) { return a.key < b.key; });
  auto entry = before.empty()
                   ? entries.begin()
                   : std::upper_bound(entries.begin(), entries.end(), before,
                                      [](const std::string& key, const ListEntry& e) { return key < e.key; });
  Json page = {{name, Json::array()}};
  std::string last;
  for (; entry != entries.end() && page[name].size() < page_size; ++entry) {
    page[name].push_back(std::move(entry->shown));
    last = entry->key;
  }
  if (entry != entries.end()) page["nextCursor"] = absl::WebSafeBase64Escape(absl::StrCat(prefix, last));
  return page;
}

}  // namespace specrelay
