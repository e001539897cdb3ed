#include "mcp_agent/setup/mcp_client.h"

#include "absl/strings/str_cat.h"
#include "mcp_agent/setup/json_edit.h"
#include "mcp_agent/setup/toml_edit.h"
#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kServerName[] = "specrelay";
constexpr char kKeyVariable[] = "SPECRELAY_API_KEY";
// wait-for-approval and request-input wait for people; Codex gives a tool a minute unless told otherwise.
constexpr char kCodexToolTimeoutSec[] = "86400";

struct ClientFacts {
  McpClient client;
  absl::string_view name;
  absl::string_view path;
  bool in_home;
  absl::string_view group;          // of the servers in the file
  bool has_type;                    // whether a server says that it speaks over stdio
  absl::string_view key_reference;  // to the variable of the client's environment
  absl::string_view project;
  absl::string_view next_step;
};

// Claude Code, Codex and Gemini CLI start servers in the directory in which they were started themselves.
constexpr ClientFacts kClients[] = {
    {McpClient::kClaudeCode, "claude-code", ".mcp.json", false, "mcpServers", true, "${SPECRELAY_API_KEY}", ".",
     "start claude in the project and allow the server specrelay when asked; /mcp shows it"},
    {McpClient::kCodex, "codex", ".codex/config.toml", true, "mcp_servers", false, "", ".",
     "start codex in the project; /mcp shows the server specrelay"},
    {McpClient::kGemini, "gemini", ".gemini/settings.json", false, "mcpServers", false, "$SPECRELAY_API_KEY", ".",
     "start gemini in the project; /mcp shows the server specrelay"},
    {McpClient::kCursor, "cursor", ".cursor/mcp.json", false, "mcpServers", true, "${env:SPECRELAY_API_KEY}",
     "${workspaceFolder}", "open the project in Cursor and switch the server specrelay on in its settings, under MCP"},
    {McpClient::kVsCode, "vscode", ".vscode/mcp.json", false, "servers", true, "${env:SPECRELAY_API_KEY}",
     "${workspaceFolder}", "open the project in VS Code and start the server specrelay with \"MCP: List Servers\""},
};

const ClientFacts& FactsOf(McpClient client) {
  for (const ClientFacts& facts : kClients) {
    if (facts.client == client) return facts;
  }
  return kClients[0];
}

std::vector<TomlValue> TomlValues(const AgentCommand& agent) {
  std::vector<TomlValue> values = {{"command", TomlString(agent.command)},
                                   {"args", TomlStrings(agent.arguments)},
                                   {"tool_timeout_sec", kCodexToolTimeoutSec, /*only_new=*/true}};
  if (agent.key_from_environment) values.push_back({"env_vars", TomlStrings({kKeyVariable}), /*only_new=*/true});
  return values;
}

Json JsonValues(const ClientFacts& facts, const AgentCommand& agent) {
  Json values;
  if (facts.has_type) values["type"] = "stdio";
  values["command"] = agent.command;
  values["args"] = agent.arguments;
  if (agent.key_from_environment) values["env"] = {{kKeyVariable, std::string(facts.key_reference)}};
  return values;
}

}  // namespace

absl::StatusOr<McpClient> ParseMcpClient(absl::string_view name) {
  std::string names;
  for (const ClientFacts& facts : kClients) {
    if (facts.name == name) return facts.client;
    absl::StrAppend(&names, names.empty() ? "" : ", ", facts.name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no client ", Quoted(name), "; give --client with one of ", names));
}

McpConfigPath ConfigPathOf(McpClient client) {
  const ClientFacts& facts = FactsOf(client);
  return {facts.in_home, std::string(facts.path)};
}

std::string ProjectArgumentOf(McpClient client) { return std::string(FactsOf(client).project); }

absl::StatusOr<std::string> WithAgent(McpClient client, absl::string_view text, const AgentCommand& agent) {
  const ClientFacts& facts = FactsOf(client);
  if (client == McpClient::kCodex) {
    return SetTomlTable(text, std::string(facts.group), kServerName, TomlValues(agent));
  }
  return SetJsonEntry(text, facts.group, kServerName, JsonValues(facts, agent));
}

absl::string_view NextStepOf(McpClient client) { return FactsOf(client).next_step; }

}  // namespace specrelay
