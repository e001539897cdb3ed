// The names under which a project is known to relay and clients.
#ifndef SPECRELAY_MCP_AGENT_PROJECT_IDENTITY_H_
#define SPECRELAY_MCP_AGENT_PROJECT_IDENTITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// The path that stands for the directory `dir`: absolute, without symbolic links, "." and "..". NOT_FOUND when there is
// nothing, FAILED_PRECONDITION when it is no directory, INVALID_ARGUMENT when the path is not UTF-8. Thread-safe.
absl::StatusOr<std::string> CanonicalProjectPath(const std::string& dir);

// The path that stands for the project in the directory `dir`: its CanonicalProjectPath(), or with `share_main_tree`
// the SharedProjectPath() of that. Errors as of both. Thread-safe.
absl::StatusOr<std::string> ProjectPath(const std::string& dir, bool share_main_tree);

// First 16 characters of base64url(SHA-256(machine id, NUL, canonical path)).
std::string ProjectId(absl::string_view machine_id, absl::string_view canonical_path);

// Durable id of whoever serves this path on this machine, also when the owner chose the project's id: first 22
// characters of base64url(SHA-256("agent", NUL, machine id, NUL, canonical path)).
std::string AgentId(absl::string_view machine_id, absl::string_view canonical_path);

// The project at a canonical path. `chosen_id` goes before the derived one when it is not empty.
v1::Project DescribeProject(absl::string_view machine_id, absl::string_view canonical_path,
                            absl::string_view chosen_id);

// This machine.
v1::Machine DescribeMachine(absl::string_view machine_id);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_PROJECT_IDENTITY_H_
