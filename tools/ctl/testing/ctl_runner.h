// Runs specrelay_ctl in the test's process.
#ifndef SPECRELAY_TOOLS_CTL_TESTING_CTL_RUNNER_H_
#define SPECRELAY_TOOLS_CTL_TESTING_CTL_RUNNER_H_

#include <sstream>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tools/ctl/ctl.h"
#include "tools/ctl/options.h"

namespace specrelay {

struct CtlResult {
  int exit_code = 0;
  std::string out;
  std::string err;

  // What was printed, parsed; a discarded value when it is no JSON.
  nlohmann::json OutJson() const { return nlohmann::json::parse(out, nullptr, false); }
  nlohmann::json ErrJson() const { return nlohmann::json::parse(err, nullptr, false); }
};

inline CtlResult Ctl(const CtlOptions& options, const std::vector<std::string>& args, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  CtlResult result;
  result.exit_code = RunCtl({options, in, out, err}, args);
  result.out = out.str();
  result.err = err.str();
  return result;
}

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_TESTING_CTL_RUNNER_H_
