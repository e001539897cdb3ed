#ifndef SPECRELAY_MCP_AGENT_PROCESS_TESTING_RUN_PROGRAM_H_
#define SPECRELAY_MCP_AGENT_PROCESS_TESTING_RUN_PROGRAM_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/process/process.h"

namespace specrelay {

// Runs `script` in a shell, which is the program that a test always has.
inline ProcessSpec Shell(absl::string_view script) {
  ProcessSpec spec;
  spec.argv = {"/bin/sh", "-c", std::string(script)};
  spec.working_directory = "/";
  return spec;
}

struct Outcome {
  absl::StatusOr<ProcessResult> result;
  std::string output;
};

inline Outcome RunToEnd(ProcessSpec spec) {
  Process process(std::move(spec));
  std::string output;
  absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view bytes) { absl::StrAppend(&output, bytes); });
  return {std::move(result), std::move(output)};
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_PROCESS_TESTING_RUN_PROGRAM_H_
