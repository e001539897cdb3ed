#include "mcp_agent/jobs/runner_parser.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kDefaultTimeoutSeconds = 60 * 60;
constexpr int64_t kMaxTimeoutSeconds = 7 * 24 * 60 * 60;
constexpr size_t kMaxPlaceholderBytes = 64;

absl::Status Wrong(absl::string_view name, absl::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("runner ", Quoted(name), " in ", kRunnersFile,
                                                    " of the machine's directory cannot be used: ", what));
}

bool IsPlaceholderName(absl::string_view name) {
  if (name.empty() || name.size() > kMaxPlaceholderBytes) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; });
}

// The strings of an array; nothing when it is none, or holds anything else.
absl::optional<std::vector<std::string>> Strings(const Json& entry, const char* key) {
  const Json* array = ArrayAt(entry, key);
  if (array == nullptr) return absl::nullopt;
  std::vector<std::string> strings;
  for (const Json& element : *array) {
    if (!element.is_string()) return absl::nullopt;
    strings.push_back(*element.get_ptr<const std::string*>());
  }
  return strings;
}

absl::Status CheckArguments(const Runner& runner) {
  for (size_t i = 0; i < runner.argv.size(); ++i) {
    const absl::StatusOr<std::vector<TemplatePiece>> pieces = ParseTemplate(runner.argv[i]);
    if (!pieces.ok()) return Wrong(runner.name, pieces.status().message());
    for (const TemplatePiece& piece : *pieces) {
      if (!piece.is_placeholder) continue;
      if (i == 0) return Wrong(runner.name, "its program, the first of 'argv', must not have a placeholder");
      if (piece.text != kProjectPathPlaceholder && !absl::c_linear_search(runner.placeholders, piece.text)) {
        return Wrong(runner.name,
                     absl::StrCat("'argv' has {{", piece.text, "}}, which 'placeholders' does not declare"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status ReadEnvironment(const Json& entry, Runner& runner) {
  const auto environment = entry.find("environment");
  if (environment == entry.end()) return absl::OkStatus();
  if (!environment->is_object()) return Wrong(runner.name, "'environment' must be an object of strings");
  for (const auto& [name, value] : environment->items()) {
    if (!value.is_string() || name.empty() || absl::StrContains(name, '=')) {
      return Wrong(runner.name, "'environment' must be an object of strings, and its names must not have '='");
    }
    runner.environment.push_back(absl::StrCat(name, "=", *value.template get_ptr<const std::string*>()));
  }
  return absl::OkStatus();
}

absl::Status ReadPlaceholders(const Json& entry, Runner& runner) {
  if (!entry.contains("placeholders")) return absl::OkStatus();
  absl::optional<std::vector<std::string>> placeholders = Strings(entry, "placeholders");
  if (!placeholders.has_value() || !absl::c_all_of(*placeholders, IsPlaceholderName) ||
      absl::c_linear_search(*placeholders, kProjectPathPlaceholder)) {
    return Wrong(runner.name,
                 "'placeholders' must be an array of names (letters, digits, '_' and '-'; 'projectPath' is there "
                 "without being declared)");
  }
  runner.placeholders = *std::move(placeholders);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<TemplatePiece>> ParseTemplate(absl::string_view text) {
  std::vector<TemplatePiece> pieces;
  while (!text.empty()) {
    const size_t open = text.find("{{");
    if (open != 0) pieces.push_back({std::string(text.substr(0, open)), false});
    if (open == absl::string_view::npos) break;
    const size_t close = text.find("}}", open);
    if (close == absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat("the placeholder in ", Quoted(text), " is not closed with '}}'"));
    }
    const absl::string_view name = text.substr(open + 2, close - open - 2);
    if (!IsPlaceholderName(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat(Quoted(name), " is no name of a placeholder; use letters, digits, '_' and '-'"));
    }
    pieces.push_back({std::string(name), true});
    text.remove_prefix(close + 2);
  }
  return pieces;
}

absl::StatusOr<Runner> ParseRunner(absl::string_view name, const Json& entry) {
  if (const absl::Status named = CheckName("runner name", name); !named.ok()) return Wrong(name, named.message());
  Runner runner;
  runner.name = std::string(name);
  absl::optional<std::vector<std::string>> argv = Strings(entry, "argv");
  if (!argv.has_value() || argv->empty() || argv->front().empty()) {
    return Wrong(name, "'argv' must be an array of strings that begins with a program");
  }
  runner.argv = *std::move(argv);
  RETURN_IF_ERROR(ReadPlaceholders(entry, runner));
  RETURN_IF_ERROR(CheckArguments(runner));
  RETURN_IF_ERROR(ReadEnvironment(entry, runner));

  runner.working_directory = absl::StrCat("{{", kProjectPathPlaceholder, "}}");
  if (entry.contains("workingDirectory")) {
    const std::string given = StringAt(entry, "workingDirectory").value_or("");
    if (given != runner.working_directory && (!absl::StartsWith(given, "/") || absl::StrContains(given, "{{"))) {
      return Wrong(name, "'workingDirectory' must be an absolute path or {{projectPath}}");
    }
    runner.working_directory = given;
  }
  int64_t seconds = kDefaultTimeoutSeconds;
  if (entry.contains("timeoutSeconds")) seconds = IntegerAt(entry, "timeoutSeconds").value_or(0);
  if (seconds < 1 || seconds > kMaxTimeoutSeconds) {
    return Wrong(name, absl::StrCat("'timeoutSeconds' must be a whole number from 1 to ", kMaxTimeoutSeconds));
  }
  runner.timeout = absl::Seconds(seconds);
  return runner;
}

}  // namespace specrelay
