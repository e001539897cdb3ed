// The programs that the machine's owner allows jobs to start: runners.json.
//
//   {"runners": [{"name": "claude", "argv": ["claude", "-p", "{{prompt}}"], "workingDirectory": "{{projectPath}}",
//                 "environment": {"CI": "1"}, "timeoutSeconds": 1800, "placeholders": ["prompt"]}]}
//
// Text from elsewhere becomes part of an argument, and only where a declared placeholder stands; it is never split and
// never seen by a shell. The program itself, its environment and its working directory are the owner's words alone,
// but that {{projectPath}}, in an argument or as working directory, is the project that the job names.
#ifndef SPECRELAY_MCP_AGENT_JOBS_RUNNER_CATALOG_H_
#define SPECRELAY_MCP_AGENT_JOBS_RUNNER_CATALOG_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/process/process.h"
#include "mcp_agent/tree/tree.h"
#include "nlohmann/json.hpp"

namespace specrelay {

struct Runner {
  std::string name;
  std::vector<std::string> argv;  // with {{placeholders}}
  std::string working_directory;  // absolute or "{{projectPath}}"
  std::vector<std::string> environment;
  absl::Duration timeout;
  std::vector<std::string> placeholders;
};

// What a job asks for.
struct RunnerCall {
  std::string runner;
  std::map<std::string, std::string> parameters;  // by placeholder
  std::string project_path;                       // empty when the job names none
};

// A value. const methods are thread-safe.
class RunnerCatalog {
 public:
  RunnerCatalog() = default;

  // Reads runners.json; an absent file declares none. FAILED_PRECONDITION that names the file when it is damaged. A
  // runner that is not declared as it should be is refused when it is asked for, and harms no other.
  static absl::StatusOr<RunnerCatalog> Read(const Tree& machine_tree);

  // OK when Build() would succeed.
  absl::Status Check(const RunnerCall& call) const { return Build(call).status(); }

  // The program to run. FAILED_PRECONDITION for a runner that is not declared, or wrongly; INVALID_ARGUMENT for a
  // parameter that is missing, not declared, over 32 KiB, has NUL, or would make an argument an option.
  absl::StatusOr<ProcessSpec> Build(const RunnerCall& call) const;

 private:
  std::map<std::string, absl::StatusOr<Runner>> runners_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_RUNNER_CATALOG_H_
