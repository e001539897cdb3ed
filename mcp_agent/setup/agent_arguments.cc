#include "mcp_agent/setup/agent_arguments.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

class ArgumentList {
 public:
  void Text(absl::string_view flag, const std::string& value) {
    if (!value.empty()) arguments_.push_back(absl::StrCat("--", flag, "=", value));
  }

  void Path(absl::string_view flag, const std::string& value) {
    if (value.empty()) return;
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(value, error);
    Text(flag, error ? value : absolute.lexically_normal().native());
  }

  void Switch(absl::string_view flag, bool value) {
    if (value) arguments_.push_back(absl::StrCat("--", flag));
  }

  std::vector<std::string> Take() { return std::move(arguments_); }

 private:
  std::vector<std::string> arguments_;
};

}  // namespace

std::vector<std::string> AgentArguments(const AgentConfig& config) {
  const AgentConfig defaults;
  ArgumentList list;
  list.Text("project_id", config.project_id);
  list.Text("relay", config.relay);
  list.Path("api_key_file", config.relay.empty() ? "" : config.api_key_file);
  list.Switch("tls", config.tls);
  list.Path("tls_ca", config.tls_ca);
  list.Switch("insecure", config.insecure);
  list.Switch("allow_project_read", config.allow_project_read);
  list.Switch("share_main_tree", config.share_main_tree);
  list.Text("dashboard_url", config.dashboard_url);
  list.Path("state_dir", config.state_dir);
  list.Text("machine_id", config.machine_id);
  if (config.log_level != defaults.log_level) list.Text("log_level", config.log_level);
  return list.Take();
}

}  // namespace specrelay
