#include "mcp_agent/doctor/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

using State = Check::State;

const char* StateName(State state) {
  switch (state) {
    case State::kOk:
      return "ok";
    case State::kWarning:
      return "warning";
    case State::kFailed:
      return "failed";
    case State::kSkipped:
      return "skipped";
  }
  return "";
}

}  // namespace

bool AllWell(const Checks& checks) {
  return std::none_of(checks.begin(), checks.end(), [](const Check& check) { return check.state == State::kFailed; });
}

std::string ReportText(const Checks& checks) {
  std::string text;
  for (const Check& check : checks) {
    absl::StrAppendFormat(&text, "%-8s %s: %s\n", check.state == State::kFailed ? "FAILED" : StateName(check.state),
                          check.name, check.message);
    if (!check.advice.empty()) absl::StrAppendFormat(&text, "%-8s %s\n", "", check.advice);
  }
  return text;
}

std::string ReportJson(const Checks& checks) {
  nlohmann::ordered_json json = {{"ok", AllWell(checks)}, {"checks", nlohmann::ordered_json::array()}};
  for (const Check& check : checks) {
    json["checks"].push_back({{"name", check.name},
                              {"state", StateName(check.state)},
                              {"message", check.message},
                              {"advice", check.advice}});
  }
  return absl::StrCat(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace), "\n");
}

}  // namespace specrelay
