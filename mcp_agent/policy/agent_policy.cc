#include "mcp_agent/policy/agent_policy.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/policy/merged_policy.h"
#include "mcp_agent/policy/name_pattern.h"
#include "mcp_agent/policy/readable_root.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kStatedOrigin[] = "the agent's settings";

// The commands that decide approvals or questions. Switching auto-approve decides all approvals that are to come.
constexpr absl::string_view kDecisions[] = {"approval-update",  "approval-batch-update", "approval-undo",
                                            "auto-approve-set", "question-answer",       "question-dismiss"};

absl::Status CheckDamage(const PolicyLayer& layer, absl::string_view what) {
  if (layer.damage.empty()) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(what, " is refused because ", layer.origin, " is damaged (",
                                                  layer.damage,
                                                  "): until it is repaired or removed, this agent only reads"));
}

absl::Status CheckReadOnly(const PolicyLayer& layer, const CommandInfo& command) {
  if (command.access == v1::COMMAND_ACCESS_READ) return absl::OkStatus();
  RETURN_IF_ERROR(CheckDamage(layer, command.name));
  if (!layer.read_only.value_or(false)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(command.name, " is refused by readOnly in ", layer.origin,
                                                  ": it lets this agent only read; ask the machine's owner"));
}

absl::Status CheckAllowed(const PolicyLayer& layer, const CommandInfo& command) {
  if (!layer.allowed_commands.has_value()) return absl::OkStatus();
  const auto matches = [&](const std::string& pattern) { return MatchesPattern(pattern, command.name); };
  if (absl::c_any_of(*layer.allowed_commands, matches)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(command.name, " is refused by allowedCommands in ", layer.origin,
                                                  ", which does not list it; ask the machine's owner"));
}

absl::Status CheckRoots(const PolicyLayer& layer, absl::string_view path) {
  if (!layer.readable_roots.has_value()) return absl::OkStatus();
  const auto is_within = [&](const std::string& root) { return IsWithinRoot(path, root); };
  if (absl::c_any_of(*layer.readable_roots, is_within)) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      Quoted(path), " is outside of what this agent lets file-read read; readable_roots (readableRoots in ",
      layer.origin, ") are: ", ReplaceInvalidUtf8(absl::StrJoin(*layer.readable_roots, ", "))));
}

}  // namespace

EnforcedPolicy::EnforcedPolicy(const v1::AgentPolicy& stated)
    : EnforcedPolicy(std::vector<PolicyLayer>{LayerOf(kStatedOrigin, stated)}) {}

EnforcedPolicy::EnforcedPolicy(std::vector<PolicyLayer> layers)
    : layers_(std::move(layers)), policy_(MergePolicy(layers_)) {}

absl::Status EnforcedPolicy::CheckCommand(const CommandInfo& command, const v1::Actor& actor) const {
  for (const PolicyLayer& layer : layers_) {
    RETURN_IF_ERROR(CheckReadOnly(layer, command));
    RETURN_IF_ERROR(CheckAllowed(layer, command));
  }
  return absl::c_linear_search(kDecisions, command.name) ? CheckMayDecide(actor) : absl::OkStatus();
}

absl::Status EnforcedPolicy::CheckMayDecide(const v1::Actor& actor) const {
  for (const PolicyLayer& layer : layers_) {
    RETURN_IF_ERROR(CheckDamage(layer, "a decision"));
    if (!layer.deciding_accounts.has_value()) continue;
    if (absl::c_linear_search(*layer.deciding_accounts, actor.account())) continue;
    return absl::PermissionDeniedError(
        absl::StrCat("the account ", Quoted(actor.account()),
                     " may not decide approvals and questions: refused by decidingAccounts in ", layer.origin,
                     "; ask somebody who may, or the machine's owner"));
  }
  return absl::OkStatus();
}

absl::Status EnforcedPolicy::CheckProjectRead(absl::string_view path) const {
  for (const PolicyLayer& layer : layers_) {
    RETURN_IF_ERROR(CheckDamage(layer, "reading outside of .spec-context"));
    if (layer.project_readable.value_or(true)) continue;
    return absl::PermissionDeniedError(
        absl::StrCat("file-read reads .spec-context only: refused by projectReadable in ", layer.origin,
                     "; ask the machine's owner"));
  }
  for (const PolicyLayer& layer : layers_) RETURN_IF_ERROR(CheckRoots(layer, path));
  if (policy_.project_readable()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "this agent lets file-read read .spec-context only; the machine's owner can allow the rest of the project with "
      "the setting project_readable (projectReadable in agent.json of the machine, or --allow_project_read)");
}

absl::Status EnforcedPolicy::CheckWriteSize(absl::string_view path, int64_t size_bytes) const {
  if (size_bytes <= max_file_bytes()) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "the content for ", Quoted(path), " has ", size_bytes, " bytes and the agent's limit max_file_bytes is ",
      max_file_bytes(), "; shorten it, or ask the machine's owner to raise maxFileBytes in agent.json"));
}

}  // namespace specrelay
