#include "mcp_agent/policy/policy_layer.h"

#include <limits>
#include <set>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/policy/name_pattern.h"
#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_catalog.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::json;

absl::Status WrongType(absl::string_view key, absl::string_view needed) {
  return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" must be ", needed));
}

absl::Status ReadBool(absl::string_view key, const Json& value, absl::optional<bool>& result) {
  if (!value.is_boolean()) return WrongType(key, "true or false");
  result = value.get<bool>();
  return absl::OkStatus();
}

absl::Status ReadBytes(absl::string_view key, const Json& value, absl::optional<int64_t>& result) {
  constexpr auto kMax = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  // A positive number is kept as an unsigned one.
  if (!value.is_number_unsigned() || value.get<uint64_t>() == 0 || value.get<uint64_t>() > kMax) {
    return WrongType(key, "a whole number of bytes above 0");
  }
  result = static_cast<int64_t>(value.get<uint64_t>());
  return absl::OkStatus();
}

absl::Status ReadNames(absl::string_view key, const Json& value, absl::optional<std::vector<std::string>>& result) {
  if (!value.is_array() || !absl::c_all_of(value, [](const Json& name) { return name.is_string(); })) {
    return WrongType(key, "a list of texts");
  }
  if (value.size() > kMaxPolicyNames) return WrongType(key, absl::StrCat("at most ", kMaxPolicyNames, " texts long"));
  result.emplace();
  for (const Json& name : value) result->push_back(name.get<std::string>());
  return absl::OkStatus();
}

absl::Status ReadKey(const std::string& key, const Json& value, PolicyLayer& layer, bool& known) {
  known = true;
  if (key == "readOnly") return ReadBool(key, value, layer.read_only);
  if (key == "allowedCommands") return ReadNames(key, value, layer.allowed_commands);
  if (key == "maxFileBytes") return ReadBytes(key, value, layer.max_file_bytes);
  if (key == "projectReadable") return ReadBool(key, value, layer.project_readable);
  if (key == "readableRoots") return ReadNames(key, value, layer.readable_roots);
  if (key == "decidingAccounts") return ReadNames(key, value, layer.deciding_accounts);
  known = false;
  return absl::OkStatus();
}

// The object that `text` is. A key that stands there twice is an error: readers do not agree which one counts.
absl::StatusOr<Json> ParseObject(absl::string_view text) {
  std::set<std::string> keys;
  std::string repeated;
  const auto note_keys = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth == 1 && event == Json::parse_event_t::key && !keys.insert(parsed.get<std::string>()).second) {
      repeated = parsed.get<std::string>();
    }
    return true;
  };
  Json json = Json::parse(text.begin(), text.end(), note_keys, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::InvalidArgumentError("it is not one JSON object");
  if (!repeated.empty()) return absl::InvalidArgumentError(absl::StrCat("the key ", Quoted(repeated), " is repeated"));
  return json;
}

void WarnOfUselessPatterns(const PolicyLayer& layer, std::vector<std::string>& warnings) {
  if (!layer.allowed_commands.has_value()) return;
  for (const std::string& pattern : *layer.allowed_commands) {
    const auto matches = [&](const CommandInfo& info) { return MatchesPattern(pattern, info.name); };
    if (absl::c_any_of(CommandCatalog(), matches)) continue;
    warnings.push_back(absl::StrCat("no command has a name like ", Quoted(pattern), " in \"allowedCommands\""));
  }
}

absl::Status ReadLayer(absl::string_view text, PolicyLayer& layer, std::vector<std::string>& warnings) {
  ASSIGN_OR_RETURN(const Json json, ParseObject(text));
  for (const auto& [key, value] : json.items()) {
    bool known = false;
    RETURN_IF_ERROR(ReadKey(key, value, layer, known));
    if (!known && warnings.size() < kMaxPolicyNames) {
      warnings.push_back(absl::StrCat("the key ", Quoted(key), " is unknown and has no effect"));
    }
  }
  WarnOfUselessPatterns(layer, warnings);
  return absl::OkStatus();
}

}  // namespace

PolicyLayer LayerOf(absl::string_view origin, const v1::AgentPolicy& policy) {
  PolicyLayer layer;
  layer.origin = std::string(origin);
  if (policy.read_only()) layer.read_only = true;
  if (policy.max_file_bytes() > 0) layer.max_file_bytes = policy.max_file_bytes();
  if (policy.project_readable()) layer.project_readable = true;
  const auto names = [](const auto& field) {
    return field.empty() ? absl::optional<std::vector<std::string>>()
                         : absl::make_optional<std::vector<std::string>>(field.begin(), field.end());
  };
  layer.allowed_commands = names(policy.allowed_commands());
  layer.readable_roots = names(policy.readable_roots());
  layer.deciding_accounts = names(policy.deciding_accounts());
  return layer;
}

PolicyLayer ParsePolicyLayer(PolicyLayer layer, absl::string_view text, std::vector<std::string>& warnings) {
  PolicyLayer read;
  read.origin = layer.origin;
  read.only_restricts = layer.only_restricts;
  const absl::Status status = ReadLayer(text, read, warnings);
  if (status.ok()) return read;
  layer.damage = std::string(status.message());
  return layer;
}

}  // namespace specrelay
