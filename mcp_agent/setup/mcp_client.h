// The coding agents that init knows: where each keeps its MCP servers, and how it writes one down. Pure; thread-safe.
// Sources: the documentation of each, as of 2026: Claude Code "MCP", Codex "docs/config.md", Gemini CLI
// "docs/tools/mcp-server.md", Cursor "Model Context Protocol", VS Code "MCP configuration reference".
#ifndef SPECRELAY_MCP_AGENT_SETUP_MCP_CLIENT_H_
#define SPECRELAY_MCP_AGENT_SETUP_MCP_CLIENT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

enum class McpClient { kClaudeCode, kCodex, kGemini, kCursor, kVsCode };

// "claude-code", "codex", "gemini", "cursor" or "vscode"; INVALID_ARGUMENT names them.
absl::StatusOr<McpClient> ParseMcpClient(absl::string_view name);

// The file that the client reads, below the project's directory or, for Codex, below the home directory.
struct McpConfigPath {
  bool in_home = false;
  std::string path;
};
McpConfigPath ConfigPathOf(McpClient client);

// What --project is to be when the client starts the agent: each has a way to say "the directory that is open".
std::string ProjectArgumentOf(McpClient client);

// The program as the client starts it.
struct AgentCommand {
  std::string command;
  std::vector<std::string> arguments;
  bool key_from_environment = false;  // SPECRELAY_API_KEY of the client's environment is handed on
};

// `text`, the content of the client's file, with the server "specrelay" in it; all else stays as it is.
// INVALID_ARGUMENT, with what is wrong, when the file is damaged or has another shape.
absl::StatusOr<std::string> WithAgent(McpClient client, absl::string_view text, const AgentCommand& agent);

// How the user goes on, in a sentence.
absl::string_view NextStepOf(McpClient client);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SETUP_MCP_CLIENT_H_
