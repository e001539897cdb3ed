// One entry of runners.json.
#ifndef SPECRELAY_MCP_AGENT_JOBS_RUNNER_PARSER_H_
#define SPECRELAY_MCP_AGENT_JOBS_RUNNER_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/jobs/runner_catalog.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// The placeholder that every runner has.
inline constexpr char kProjectPathPlaceholder[] = "projectPath";

// A piece of an argument: text, or the name of a placeholder.
struct TemplatePiece {
  std::string text;
  bool is_placeholder = false;
};

// "a{{b}}c" in its pieces. INVALID_ARGUMENT when a "{{" is not closed or holds no name. Pure.
absl::StatusOr<std::vector<TemplatePiece>> ParseTemplate(absl::string_view text);

// FAILED_PRECONDITION says what is wrong with the entry of that name. Pure.
absl::StatusOr<Runner> ParseRunner(absl::string_view name, const nlohmann::ordered_json& entry);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_RUNNER_PARSER_H_
