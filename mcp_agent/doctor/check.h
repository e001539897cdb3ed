// What doctor found out, one thing at a time.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_CHECK_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_CHECK_H_

#include <string>
#include <utility>
#include <vector>

namespace specrelay {

struct Check {
  enum class State {
    kOk,
    kWarning,  // works, but not as it should
    kFailed,
    kSkipped,  // could not be looked at, or does not matter here; the message says why
  };
  std::string name;
  State state = State::kOk;
  std::string message;  // what is the case
  std::string advice;   // what to do about it; empty for kOk and kSkipped
};

using Checks = std::vector<Check>;

inline Check Passed(std::string name, std::string message) {
  return {std::move(name), Check::State::kOk, std::move(message), ""};
}
inline Check Warning(std::string name, std::string message, std::string advice) {
  return {std::move(name), Check::State::kWarning, std::move(message), std::move(advice)};
}
inline Check Failed(std::string name, std::string message, std::string advice) {
  return {std::move(name), Check::State::kFailed, std::move(message), std::move(advice)};
}
inline Check Skipped(std::string name, std::string message) {
  return {std::move(name), Check::State::kSkipped, std::move(message), ""};
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_CHECK_H_
