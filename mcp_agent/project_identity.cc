#include "mcp_agent/project_identity.h"

#include <sys/utsname.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/git_worktree.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::string_view kNul("\0", 1);

std::string ShortDigest(absl::string_view bytes, size_t characters) {
  return absl::WebSafeBase64Escape(Sha256(bytes)).substr(0, characters);
}

}  // namespace

absl::StatusOr<std::string> CanonicalProjectPath(const std::string& dir) {
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(dir, error);
  if (error) {
    return absl::NotFoundError(absl::StrCat("project directory ", Quoted(dir), ": ", error.message(),
                                            "; give an existing directory with --project=DIR"));
  }
  if (!std::filesystem::is_directory(canonical, error)) {
    return absl::FailedPreconditionError(absl::StrCat("project ", Quoted(dir),
                                                      " is no directory; give the directory "
                                                      "that holds, or will hold, .spec-context with --project=DIR"));
  }
  if (!IsValidUtf8(canonical.native())) {
    return absl::InvalidArgumentError(
        absl::StrCat("the path of project ", Quoted(dir), " is not UTF-8; rename the directory"));
  }
  return canonical.native();
}

absl::StatusOr<std::string> ProjectPath(const std::string& dir, bool share_main_tree) {
  ASSIGN_OR_RETURN(const std::string path, CanonicalProjectPath(dir));
  return share_main_tree ? SharedProjectPath(path) : path;
}

std::string ProjectId(absl::string_view machine_id, absl::string_view canonical_path) {
  return ShortDigest(absl::StrCat(machine_id, kNul, canonical_path), 16);
}

std::string AgentId(absl::string_view machine_id, absl::string_view canonical_path) {
  return ShortDigest(absl::StrCat("agent", kNul, machine_id, kNul, canonical_path), 22);
}

v1::Project DescribeProject(absl::string_view machine_id, absl::string_view canonical_path,
                            absl::string_view chosen_id) {
  v1::Project project;
  project.set_project_id(chosen_id.empty() ? ProjectId(machine_id, canonical_path) : std::string(chosen_id));
  const absl::string_view name = canonical_path.substr(canonical_path.rfind('/') + 1);
  project.set_name(std::string(name.empty() ? canonical_path : name));
  project.set_path(std::string(canonical_path));
  return project;
}

v1::Machine DescribeMachine(absl::string_view machine_id) {
  v1::Machine machine;
  machine.set_machine_id(std::string(machine_id));
  utsname names;
  if (uname(&names) == 0) {
    machine.set_host_name(IsValidUtf8(names.nodename) ? names.nodename : "");
    machine.set_platform(absl::StrCat(absl::AsciiStrToLower(names.sysname), "/", names.machine));
  }
  return machine;
}

}  // namespace specrelay
