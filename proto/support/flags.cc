#include "proto/support/flags.h"

#include <cstdio>
#include <cstdlib>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

void SetFlagsFromEnvironment() {
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    const std::string variable = absl::StrCat("SPECRELAY_", absl::AsciiStrToUpper(name));
    const char* value = std::getenv(variable.c_str());
    if (value == nullptr) continue;
    std::string error;
    if (!flag->ParseFrom(value, &error)) {
      std::fprintf(stderr, "%s: not a value of --%s: %s\n", variable.c_str(), std::string(name).c_str(), error.c_str());
      std::exit(1);
    }
  }
}

// Abseil's --help shows the flags of the file that is named like the program, which here is none.
bool IsOwnFile(absl::string_view file) { return !absl::StrContains(file, "absl/"); }

void DescribeProgram(absl::string_view usage) {
  absl::FlagsUsageConfig config;
  config.contains_help_flags = &IsOwnFile;
  config.contains_helpshort_flags = &IsOwnFile;
  absl::SetFlagsUsageConfig(config);
  absl::SetProgramUsageMessage(usage);
}

}  // namespace

std::vector<std::string> ParseFlags(absl::string_view usage, int argc, char** argv) {
  DescribeProgram(usage);
  SetFlagsFromEnvironment();
  const std::vector<char*> positional = absl::ParseCommandLine(argc, argv);
  return std::vector<std::string>(positional.begin() + 1, positional.end());
}

}  // namespace specrelay
