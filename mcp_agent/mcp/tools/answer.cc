#include "mcp_agent/mcp/tools/answer.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {

ToolAnswer MakeAnswer(std::string message, const Json& fields, const std::vector<std::string>& next_steps) {
  ToolAnswer answer;
  answer.text = message;
  if (!next_steps.empty()) absl::StrAppend(&answer.text, "\n\nNext:");
  for (const std::string& step : next_steps) absl::StrAppend(&answer.text, "\n- ", step);
  answer.structured["message"] = std::move(message);
  answer.structured.update(fields);
  answer.structured["nextSteps"] = next_steps;
  return answer;
}

absl::Status Advise(const absl::Status& status, absl::string_view next_step) {
  return absl::Status(status.code(), absl::StrCat(status.message(), "\nNext: ", next_step));
}

absl::Status AdviseOnSpec(const absl::Status& status) {
  if (!absl::IsNotFound(status) && !absl::IsInvalidArgument(status)) return status;
  return Advise(status,
                "call spec-status without specName to see the specs; their tasks are in "
                ".spec-context/specs/<specName>/tasks.md");
}

}  // namespace specrelay
