#include "mcp_agent/policy/merged_policy.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/types/optional.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "mcp_agent/policy/name_pattern.h"
#include "mcp_agent/policy/readable_root.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/command_catalog.h"

namespace specrelay {
namespace {

using Names = std::vector<std::string>;
using Lists = std::vector<const Names*>;

// The lists that are stated under `field`.
Lists ListsOf(const std::vector<PolicyLayer>& layers, absl::optional<Names> PolicyLayer::*field) {
  Lists lists;
  for (const PolicyLayer& layer : layers) {
    if ((layer.*field).has_value()) lists.push_back(&*(layer.*field));
  }
  return lists;
}

bool MatchesAny(const Names& patterns, absl::string_view name) {
  return absl::c_any_of(patterns, [&](const std::string& pattern) { return MatchesPattern(pattern, name); });
}

Names AllowedCommands(const Lists& lists) {
  if (lists.size() == 1) return *lists[0];
  Names allowed;
  for (const CommandInfo& info : CommandCatalog()) {
    if (absl::c_all_of(lists, [&](const Names* list) { return MatchesAny(*list, info.name); })) {
      allowed.emplace_back(info.name);
    }
  }
  return allowed;
}

// What lies within a root of both.
Names CommonRoots(const Names& a, const Names& b) {
  Names common;
  const auto add_those_within = [&common](const Names& roots, const Names& others) {
    for (const std::string& root : roots) {
      const std::string shortest(ShortestRoot(root));
      const auto is_within = [&](const std::string& other) { return IsWithinRoot(shortest, other); };
      if (shortest.empty() || !absl::c_any_of(others, is_within) || absl::c_linear_search(common, shortest)) continue;
      common.push_back(shortest);
    }
  };
  add_those_within(a, b);
  add_those_within(b, a);
  return common;
}

Names CommonNames(const Names& a, const Names& b) {
  Names common;
  for (const std::string& name : a) {
    if (absl::c_linear_search(b, name)) common.push_back(name);
  }
  return common;
}

template <typename Intersect>
Names IntersectAll(const Lists& lists, Intersect intersect) {
  Names names = *lists[0];
  for (size_t i = 1; i < lists.size(); ++i) names = intersect(names, *lists[i]);
  return names;
}

int64_t MaxFileBytes(const std::vector<PolicyLayer>& layers) {
  absl::optional<int64_t> granted;
  absl::optional<int64_t> restricted;
  for (const PolicyLayer& layer : layers) {
    if (!layer.max_file_bytes.has_value()) continue;
    absl::optional<int64_t>& limit = layer.only_restricts ? restricted : granted;
    limit = std::min(limit.value_or(*layer.max_file_bytes), *layer.max_file_bytes);
  }
  return std::min(granted.value_or(kDefaultMaxFileBytes), restricted.value_or(granted.value_or(kDefaultMaxFileBytes)));
}

bool ProjectReadable(const std::vector<PolicyLayer>& layers) {
  const bool forbidden = absl::c_any_of(
      layers, [](const PolicyLayer& layer) { return !layer.damage.empty() || !layer.project_readable.value_or(true); });
  return !forbidden && absl::c_any_of(layers, [](const PolicyLayer& layer) {
    return !layer.only_restricts && layer.project_readable.value_or(false);
  });
}

void Set(const Names& names, google::protobuf::RepeatedPtrField<std::string>* field) {
  for (const std::string& name : names) *field->Add() = name;
  if (names.empty()) *field->Add() = std::string(kNoName);
}

}  // namespace

v1::AgentPolicy MergePolicy(const std::vector<PolicyLayer>& layers) {
  v1::AgentPolicy policy;
  policy.set_read_only(absl::c_any_of(
      layers, [](const PolicyLayer& layer) { return !layer.damage.empty() || layer.read_only.value_or(false); }));
  policy.set_max_file_bytes(MaxFileBytes(layers));
  policy.set_project_readable(ProjectReadable(layers));
  if (const Lists lists = ListsOf(layers, &PolicyLayer::allowed_commands); !lists.empty()) {
    Set(AllowedCommands(lists), policy.mutable_allowed_commands());
  }
  if (const Lists lists = ListsOf(layers, &PolicyLayer::readable_roots); !lists.empty()) {
    const Names roots = IntersectAll(lists, CommonRoots);
    Set(roots, policy.mutable_readable_roots());
    if (roots.empty()) policy.set_project_readable(false);
  }
  if (const Lists lists = ListsOf(layers, &PolicyLayer::deciding_accounts); !lists.empty()) {
    Set(IntersectAll(lists, CommonNames), policy.mutable_deciding_accounts());
  }
  return policy;
}

}  // namespace specrelay
