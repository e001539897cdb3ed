#include "mcp_agent/agent_flags.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

// Each occurrence of --project, the environment's first. An Abseil flag keeps its last value only, and its parser
// cannot see the earlier one.
std::vector<std::string>& ProjectOccurrences() {
  static auto& occurrences = *new std::vector<std::string>();
  return occurrences;
}

}  // namespace

// A directory, or several in a row.
struct ProjectDirectories {
  std::vector<std::string> directories;
};

bool AbslParseFlag(absl::string_view text, ProjectDirectories* value, std::string* error) {
  value->directories.clear();
  if (text.empty()) return true;
  value->directories.emplace_back(text);
  ProjectOccurrences().emplace_back(text);
  return true;
}

std::string AbslUnparseFlag(const ProjectDirectories& value) { return absl::StrJoin(value.directories, ","); }

}  // namespace specrelay

ABSL_FLAG(specrelay::ProjectDirectories, project, {},
          "Directory of a project to serve, the one that holds .spec-context; may be given more than once");
ABSL_FLAG(std::string, project_id, "", "Id of the project for relay and clients, instead of the derived one");
ABSL_FLAG(std::string, relay, "", "HOST:PORT of the relay");
ABSL_FLAG(std::string, api_key_file, "",
          "File that holds the agent's key, read anew for each attempt to connect; without it the variable "
          "SPECRELAY_API_KEY holds the key");
ABSL_FLAG(bool, tls, false, "Encrypt the connection to the relay, and check its name against the system's authorities");
ABSL_FLAG(std::string, tls_ca, "", "PEM file of the authorities to trust instead of the system's; implies --tls");
ABSL_FLAG(bool, insecure, false, "Accept an unencrypted connection to a relay on another machine");
ABSL_FLAG(bool, headless, false, "Serve the projects to the relay without a coding agent, until SIGTERM");
ABSL_FLAG(bool, allow_project_read, false,
          "Let file-read read the whole project, not only its .spec-context directory");
ABSL_FLAG(
    bool, share_main_tree, false,
    "For a project in a linked git worktree, use the tree of the main worktree; else each worktree is a project of "
    "its own");
ABSL_FLAG(
    int64_t, max_transfer_bytes, int64_t{1} << 30,
    "Largest file that is read or written in parts, in bytes; what agent.json states as maxFileBytes goes before");
ABSL_FLAG(
    std::string, state_dir, "",
    "Directory for what the agent keeps on this machine; SPECRELAY_HOME sets it too, ~/.spec-context-mcp if neither");
ABSL_FLAG(std::string, machine_id, "", "Id of this machine, instead of the one in /etc/machine-id");
ABSL_FLAG(std::string, dashboard_url, "",
          "Where people reach the dashboard, such as https://specs.example.org, for links in answers; the relay's own "
          "word when empty");
ABSL_FLAG(std::string, log_level, "info", "Least level of what is logged: debug, info, warning or error");

namespace specrelay {
namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<std::string> ProjectsFromFlags() {
  std::vector<std::string> projects = ProjectOccurrences();
  // The command line goes before the environment.
  if (projects.size() > 1 && !Environment("SPECRELAY_PROJECT").empty()) projects.erase(projects.begin());
  return projects;
}

std::string StateDirFromFlags() {
  if (const std::string flag = absl::GetFlag(FLAGS_state_dir); !flag.empty()) return flag;
  if (const std::string home = Environment("SPECRELAY_HOME"); !home.empty()) return home;
  return absl::StrCat(Environment("HOME"), "/.spec-context-mcp");
}

}  // namespace

bool HeadlessFromFlags() { return absl::GetFlag(FLAGS_headless); }

AgentConfig ConfigFromFlags() {
  AgentConfig config;
  config.projects = ProjectsFromFlags();
  config.project_id = absl::GetFlag(FLAGS_project_id);
  config.relay = absl::GetFlag(FLAGS_relay);
  config.api_key_file = absl::GetFlag(FLAGS_api_key_file);
  config.tls = absl::GetFlag(FLAGS_tls);
  config.tls_ca = absl::GetFlag(FLAGS_tls_ca);
  config.insecure = absl::GetFlag(FLAGS_insecure);
  config.allow_project_read = absl::GetFlag(FLAGS_allow_project_read);
  config.share_main_tree = absl::GetFlag(FLAGS_share_main_tree);
  config.max_transfer_bytes = absl::GetFlag(FLAGS_max_transfer_bytes);
  config.state_dir = StateDirFromFlags();
  config.machine_id = absl::GetFlag(FLAGS_machine_id);
  config.log_level = absl::GetFlag(FLAGS_log_level);
  config.dashboard_url = absl::GetFlag(FLAGS_dashboard_url);
  return config;
}

}  // namespace specrelay
