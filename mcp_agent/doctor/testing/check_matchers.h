// GoogleTest matchers for checks.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_TESTING_CHECK_MATCHERS_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_TESTING_CHECK_MATCHERS_H_

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/doctor/check.h"

namespace specrelay {

inline void PrintTo(const Check& check, std::ostream* out) {
  *out << check.name << " (state " << static_cast<int>(check.state) << "): " << check.message << " / " << check.advice;
}

// A check called `name` that came out as `state`, with `message` in its message. One that is not well says what to do.
MATCHER_P3(IsCheck, name, state, message, "") {
  const bool wants_advice = arg.state == Check::State::kWarning || arg.state == Check::State::kFailed;
  return arg.name == name && arg.state == state && arg.message.find(message) != std::string::npos &&
         arg.advice.empty() != wants_advice;
}

inline auto IsOkCheck(const std::string& name) { return IsCheck(name, Check::State::kOk, ""); }

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_TESTING_CHECK_MATCHERS_H_
