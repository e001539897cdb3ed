#include "mcp_agent/setup/install.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/api_key_file.h"
#include "mcp_agent/project_identity.h"
#include "mcp_agent/setup/agent_arguments.h"
#include "mcp_agent/setup/systemd_unit.h"
#include "mcp_agent/setup/user_file.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::StatusOr<std::string> UnitFor(const InstallOptions& options) {
  RETURN_IF_ERROR(CheckHeadlessConfig(options.config));
  if (options.config.api_key_file.empty()) {
    return absl::FailedPreconditionError(
        "a service does not see the variables of your shell; put the key into a file and name it with "
        "--api_key_file=PATH");
  }
  RETURN_IF_ERROR(ReadApiKey(options.config.api_key_file).status());
  std::vector<std::string> arguments = {"--headless"};
  for (const std::string& project : options.config.projects) {
    ASSIGN_OR_RETURN(const std::string path, CanonicalProjectPath(project));
    arguments.push_back(absl::StrCat("--project=", path));
  }
  for (std::string& argument : AgentArguments(options.config)) arguments.push_back(std::move(argument));
  return AgentUnit(options.program, arguments);
}

}  // namespace

absl::Status RunInstall(const InstallOptions& options, std::ostream& out, std::ostream& notes) {
  ASSIGN_OR_RETURN(const std::string unit, UnitFor(options));
  const std::string file = absl::StrCat(options.config_home, "/systemd/user/", kAgentUnitName);
  if (options.print) {
    notes << "this belongs into " << file << "\n";
    out << unit;
    return absl::OkStatus();
  }
  std::error_code error;
  if (!std::filesystem::is_directory(options.systemd_runtime, error)) {
    return absl::FailedPreconditionError(
        "systemd does not run this machine, so there is nobody to install for; start specrelay_agent --headless with "
        "the same flags from whatever keeps programs running here, or see the unit with --print");
  }
  ASSIGN_OR_RETURN(const std::string before, ReadUserFile(file));
  if (!before.empty() && !absl::StartsWith(before, kAgentUnitMark)) {
    return absl::FailedPreconditionError(absl::StrCat(
        Quoted(file), " was not made by install and is left as it is; move it away, or see the new one with --print"));
  }
  if (before != unit) RETURN_IF_ERROR(WriteUserFile(file, unit));
  out << (before == unit ? "unchanged " : before.empty() ? "made " : "changed ") << file << "\n";
  if (const std::string warning = ApiKeyFileWarning(options.config.api_key_file); !warning.empty()) {
    notes << "note: " << warning << "\n";
  }
  notes << "next: systemctl --user daemon-reload && systemctl --user enable specrelay-agent && systemctl --user "
           "restart specrelay-agent\n"
           "      loginctl enable-linger keeps it running while you are logged out\n";
  return absl::OkStatus();
}

}  // namespace specrelay
