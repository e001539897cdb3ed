#include "mcp_agent/setup/subcommands.h"

#include <cstdlib>
#include <iostream>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/doctor/doctor.h"
#include "mcp_agent/doctor/report.h"
#include "mcp_agent/setup/init.h"
#include "mcp_agent/setup/install.h"
#include "mcp_agent/setup/own_program.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

ABSL_FLAG(std::string, client, "",
          "init: coding agent whose MCP configuration is written: claude-code, codex, gemini, cursor or vscode");
ABSL_FLAG(bool, json, false, "doctor: print one line of JSON");
ABSL_FLAG(bool, print, false, "init, install: write nothing, print the configuration or the unit");

namespace specrelay {
namespace {

constexpr char kSystemdRuntime[] = "/run/systemd/system";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Without what is the default for whoever reads it later, too.
AgentConfig ToWriteDown(AgentConfig config) {
  if (config.state_dir == absl::StrCat(Environment("HOME"), "/.spec-context-mcp")) config.state_dir.clear();
  return config;
}

absl::Status Init(AgentConfig config) {
  InitOptions options;
  options.config = ToWriteDown(std::move(config));
  options.client = absl::GetFlag(FLAGS_client);
  options.print = absl::GetFlag(FLAGS_print);
  ASSIGN_OR_RETURN(const std::string program, OwnProgram());
  options.program = ShortestCommand(program, Environment("PATH"));
  options.home = Environment("HOME");
  options.codex_home = Environment("CODEX_HOME");
  return RunInit(options, std::cout, std::cerr);
}

absl::Status Install(AgentConfig config) {
  InstallOptions options;
  options.config = ToWriteDown(std::move(config));
  options.print = absl::GetFlag(FLAGS_print);
  ASSIGN_OR_RETURN(options.program, OwnProgram());
  options.config_home = Environment("XDG_CONFIG_HOME");
  if (options.config_home.empty()) options.config_home = absl::StrCat(Environment("HOME"), "/.config");
  options.systemd_runtime = kSystemdRuntime;
  return RunInstall(options, std::cout, std::cerr);
}

int Doctor(AgentConfig config) {
  DoctorOptions options;
  options.config = std::move(config);
  const Checks checks = ExamineAll(options);
  std::cout << (absl::GetFlag(FLAGS_json) ? ReportJson(checks) : ReportText(checks)) << std::flush;
  return AllWell(checks) ? EXIT_SUCCESS : EXIT_FAILURE;
}

absl::Status Run(const std::vector<std::string>& arguments, AgentConfig config) {
  if (arguments.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("unexpected argument ", Quoted(arguments[1]), "; see --help"));
  }
  if (arguments[0] == "init") return Init(std::move(config));
  if (arguments[0] == "install") return Install(std::move(config));
  return absl::InvalidArgumentError(absl::StrCat("unexpected argument ", Quoted(arguments[0]),
                                                 "; subcommands are doctor, init and install, see --help"));
}

}  // namespace

int RunSubcommand(const std::vector<std::string>& arguments, AgentConfig config) {
  if (arguments == std::vector<std::string>{"doctor"}) return Doctor(std::move(config));
  const absl::Status status = Run(arguments, std::move(config));
  std::cout.flush();
  if (status.ok()) return EXIT_SUCCESS;
  std::cerr << "specrelay_agent: " << status.message() << "\n";
  return EXIT_FAILURE;
}

}  // namespace specrelay
