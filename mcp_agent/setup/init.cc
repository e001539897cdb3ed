#include "mcp_agent/setup/init.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/api_key_file.h"
#include "mcp_agent/project_identity.h"
#include "mcp_agent/setup/agent_arguments.h"
#include "mcp_agent/setup/mcp_client.h"
#include "mcp_agent/setup/tree_setup.h"
#include "mcp_agent/setup/user_file.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/relay_address.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::StatusOr<std::string> ProjectDirectory(const AgentConfig& config) {
  if (config.projects.size() > 1) {
    return absl::InvalidArgumentError("init takes one project at a time; give --project=DIR once");
  }
  return CanonicalProjectPath(config.projects.empty() ? "." : config.projects[0]);
}

absl::StatusOr<std::string> ConfigFile(const InitOptions& options, McpClient client, const std::string& project) {
  const McpConfigPath path = ConfigPathOf(client);
  if (!path.in_home) return absl::StrCat(project, "/", path.path);
  if (client == McpClient::kCodex && !options.codex_home.empty()) {
    return absl::StrCat(options.codex_home, "/config.toml");
  }
  if (options.home.empty()) return absl::FailedPreconditionError("the home directory is not known; set HOME");
  return absl::StrCat(options.home, "/", path.path);
}

AgentCommand CommandFor(const InitOptions& options, McpClient client) {
  AgentCommand agent;
  agent.command = options.program;
  agent.arguments = {absl::StrCat("--project=", ProjectArgumentOf(client))};
  for (std::string& argument : AgentArguments(options.config)) agent.arguments.push_back(std::move(argument));
  agent.key_from_environment = !options.config.relay.empty() && options.config.api_key_file.empty();
  return agent;
}

// What may go wrong with the key later on.
void WarnOfKey(const AgentConfig& config, const std::string& project, std::ostream& notes) {
  if (config.relay.empty()) return;
  const absl::Status readable = ReadApiKey(config.api_key_file).status();
  if (!readable.ok()) notes << "note: " << readable.message() << "\n";
  if (config.api_key_file.empty()) {
    notes << "note: the coding agent hands its SPECRELAY_API_KEY on; set it where that is started, or name a file with "
             "--api_key_file\n";
    return;
  }
  if (const std::string warning = ApiKeyFileWarning(config.api_key_file); !warning.empty()) {
    notes << "note: " << warning << "\n";
  }
  std::error_code error;
  const std::filesystem::path file = std::filesystem::weakly_canonical(config.api_key_file, error);
  if (!error && absl::StartsWith(file.native(), project + "/")) {
    notes << "note: the key file lies in the project; keep it out of version control, better move it away\n";
  }
}

absl::Status MakeTree(const InitOptions& options, const std::string& project, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::string path, ProjectPath(project, options.config.share_main_tree));
  ASSIGN_OR_RETURN(const std::vector<std::string> made, SetUpTree(path));
  for (const std::string& entry : made) out << "made " << path << "/" << entry << "\n";
  if (made.empty()) out << "unchanged " << path << "/.spec-context\n";
  return absl::OkStatus();
}

absl::Status WriteConfig(McpClient client, const AgentCommand& agent, const std::string& file, std::ostream& out) {
  ASSIGN_OR_RETURN(const std::string before, ReadUserFile(file));
  const absl::StatusOr<std::string> after = WithAgent(client, before, agent);
  if (!after.ok()) {
    ASSIGN_OR_RETURN(const std::string entry, WithAgent(client, "", agent));
    return absl::FailedPreconditionError(absl::StrCat(Quoted(file), " was left as it is: ", after.status().message(),
                                                      "; mend it and run init again, or add this to it by hand:\n",
                                                      entry));
  }
  if (*after == before) {
    out << "unchanged " << file << "\n";
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteUserFile(file, *after));
  out << (before.empty() ? "made " : "changed ") << file << "\n";
  return absl::OkStatus();
}

}  // namespace

absl::Status RunInit(const InitOptions& options, std::ostream& out, std::ostream& notes) {
  ASSIGN_OR_RETURN(const std::string project, ProjectDirectory(options.config));
  if (!options.config.relay.empty()) RETURN_IF_ERROR(ParseRelayAddress(options.config.relay).status());
  if (options.client.empty()) {
    if (options.print) return ParseMcpClient(options.client).status();
    RETURN_IF_ERROR(MakeTree(options, project, out));
    notes << "next: run init with --client to tell a coding agent of it (claude-code, codex, gemini, cursor, vscode)\n";
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const McpClient client, ParseMcpClient(options.client));
  ASSIGN_OR_RETURN(const std::string file, ConfigFile(options, client, project));
  const AgentCommand agent = CommandFor(options, client);
  if (options.print) {
    ASSIGN_OR_RETURN(const std::string entry, WithAgent(client, "", agent));
    notes << "this belongs into " << file << "\n";
    out << entry;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(MakeTree(options, project, out));
  RETURN_IF_ERROR(WriteConfig(client, agent, file, out));
  WarnOfKey(options.config, project, notes);
  notes << "next: " << NextStepOf(client) << "\n";
  return absl::OkStatus();
}

}  // namespace specrelay
