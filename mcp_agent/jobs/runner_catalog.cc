#include "mcp_agent/jobs/runner_catalog.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/jobs/runner_parser.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kMaxRunnersFileBytes = int64_t{1} << 20;
constexpr size_t kMaxParameterBytes = 32 * 1024;

absl::Status CheckParameters(const Runner& runner, const RunnerCall& call) {
  for (const auto& [name, value] : call.parameters) {
    if (!absl::c_linear_search(runner.placeholders, name)) {
      return absl::InvalidArgumentError(absl::StrCat("runner ", Quoted(runner.name), " declares no placeholder ",
                                                     Quoted(name), "; leave config.parameters.", name,
                                                     " out, or declare it in ", kRunnersFile));
    }
    if (value.size() > kMaxParameterBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("config.parameters.", name, " has ", value.size(), " bytes; the limit is ", kMaxParameterBytes));
    }
    if (absl::StrContains(value, '\0')) {
      return absl::InvalidArgumentError(
          absl::StrCat("config.parameters.", name, " has a NUL byte, which no program can be given"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ProjectPath(const Runner& runner, const RunnerCall& call) {
  if (!call.project_path.empty()) return call.project_path;
  return absl::InvalidArgumentError(
      absl::StrCat("runner ", Quoted(runner.name), " works in a project; name one in config.projectPath"));
}

absl::StatusOr<std::string> FillIn(const Runner& runner, const RunnerCall& call, absl::string_view argument) {
  ASSIGN_OR_RETURN(const std::vector<TemplatePiece> pieces, ParseTemplate(argument));
  std::string filled;
  for (const TemplatePiece& piece : pieces) {
    if (!piece.is_placeholder) {
      absl::StrAppend(&filled, piece.text);
    } else if (piece.text == kProjectPathPlaceholder) {
      ASSIGN_OR_RETURN(const std::string path, ProjectPath(runner, call));
      absl::StrAppend(&filled, path);
    } else {
      const auto value = call.parameters.find(piece.text);
      if (value == call.parameters.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("runner ", Quoted(runner.name), " needs config.parameters.", piece.text));
      }
      absl::StrAppend(&filled, value->second);
    }
  }
  const bool owner_begins_it = pieces.empty() || !pieces.front().is_placeholder;
  if (!owner_begins_it && absl::StartsWith(filled, "-")) {
    return absl::InvalidArgumentError(absl::StrCat("config.parameters.", pieces.front().text,
                                                   " must not begin with '-', or the program takes it for an option"));
  }
  return filled;
}

}  // namespace

absl::StatusOr<RunnerCatalog> RunnerCatalog::Read(const Tree& machine_tree) {
  ASSIGN_OR_RETURN(const absl::optional<Json> json, ReadMachineFile(machine_tree, kRunnersFile, kMaxRunnersFileBytes));
  RunnerCatalog catalog;
  if (!json.has_value()) return catalog;
  const Json* entries = ArrayAt(*json, "runners");
  if (entries == nullptr) return DamagedMachineFileError(kRunnersFile, "it has no array 'runners'");
  for (const Json& entry : *entries) {
    const absl::optional<std::string> name = StringAt(entry, "name");
    if (!name.has_value()) continue;
    const auto [it, is_new] = catalog.runners_.emplace(*name, ParseRunner(*name, entry));
    if (is_new) continue;
    it->second = absl::FailedPreconditionError(
        absl::StrCat("runner ", Quoted(*name), " is declared twice in ", kRunnersFile, "; remove one of the two"));
  }
  return catalog;
}

absl::StatusOr<ProcessSpec> RunnerCatalog::Build(const RunnerCall& call) const {
  const auto found = runners_.find(call.runner);
  if (found == runners_.end()) {
    return absl::FailedPreconditionError(absl::StrCat("there is no runner ", Quoted(call.runner),
                                                      "; the machine's owner declares runners in ", kRunnersFile,
                                                      " of the machine's directory"));
  }
  ASSIGN_OR_RETURN(const Runner& runner, found->second);
  RETURN_IF_ERROR(CheckParameters(runner, call));
  ProcessSpec spec;
  for (const std::string& argument : runner.argv) {
    ASSIGN_OR_RETURN(std::string filled, FillIn(runner, call, argument));
    spec.argv.push_back(std::move(filled));
  }
  spec.working_directory = runner.working_directory;
  if (!absl::StartsWith(spec.working_directory, "/")) {
    ASSIGN_OR_RETURN(spec.working_directory, ProjectPath(runner, call));
  }
  spec.environment = runner.environment;
  spec.inherit_environment = true;
  spec.timeout = runner.timeout;
  return spec;
}

}  // namespace specrelay
