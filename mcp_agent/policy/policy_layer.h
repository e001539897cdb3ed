// What one place says about the policy: the command line, agent.json of the machine, agent.json of the project.
//
// agent.json is one JSON object; every key may be left out:
//   {"readOnly": true,
//    "allowedCommands": ["spec-*", "project-info"],    "*" stands for any characters
//    "maxFileBytes": 1048576,
//    "projectReadable": true,
//    "readableRoots": ["docs", "src"],                 relative to the project; "." is all of it
//    "decidingAccounts": ["acme"]}
// A list that is there and empty allows nothing.
#ifndef SPECRELAY_MCP_AGENT_POLICY_POLICY_LAYER_H_
#define SPECRELAY_MCP_AGENT_POLICY_POLICY_LAYER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Longest list; the relay accepts no registration with twice as many names.
constexpr size_t kMaxPolicyNames = 100;

// A value. What is not stated is left to the other layers.
struct PolicyLayer {
  std::string origin;  // as messages name it: "agent.json of the machine"
  // Whether it can take away what the others allow, but allow nothing that they do not: the project's file comes with
  // the project, from whomever wrote that.
  bool only_restricts = false;
  // Why the file cannot be trusted to say anything; empty when it can. Such a layer forbids all but reading the tree.
  std::string damage;

  absl::optional<bool> read_only;
  absl::optional<std::vector<std::string>> allowed_commands;
  absl::optional<int64_t> max_file_bytes;  // positive
  absl::optional<bool> project_readable;
  absl::optional<std::vector<std::string>> readable_roots;
  absl::optional<std::vector<std::string>> deciding_accounts;
};

// What `policy` states: its fields that do not have their default values.
PolicyLayer LayerOf(absl::string_view origin, const v1::AgentPolicy& policy);

// Reads the text of an agent.json into `layer`, of which only `origin` and `only_restricts` are used. A text that is
// not the object above makes a damaged layer. Unknown keys and patterns that no command matches are probably typing
// errors: they are told in `warnings` and change nothing.
PolicyLayer ParsePolicyLayer(PolicyLayer layer, absl::string_view text, std::vector<std::string>& warnings);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_POLICY_LAYER_H_
