#include "mcp_agent/setup/own_program.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace specrelay {

namespace fs = std::filesystem;

absl::StatusOr<std::string> OwnProgram() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (!error) return program.native();
  return absl::UnavailableError(absl::StrCat("cannot tell where this program is: ", error.message()));
}

std::string ShortestCommand(const std::string& program, absl::string_view search_path) {
  const fs::path name = fs::path(program).filename();
  for (const absl::string_view directory : absl::StrSplit(search_path, ':', absl::SkipEmpty())) {
    std::error_code error;
    const fs::path candidate = fs::path(std::string(directory)) / name;
    if (!fs::exists(candidate, error)) continue;
    const bool same = fs::path(std::string(directory)).is_absolute() && fs::equivalent(candidate, program, error);
    return same ? name.native() : program;
  }
  return program;
}

}  // namespace specrelay
