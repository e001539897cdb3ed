#include "mcp_agent/guides/prompts.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/guides/embedded_texts.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Kind = PromptArgument::Kind;
using Arguments = std::map<std::string, std::string>;

constexpr size_t kMaxArgumentBytes = size_t{16} << 10;
constexpr size_t kMaxTaskIdBytes = 128;

struct Prompt {
  PromptInfo info;
  absl::string_view text;  // with placeholders "{{argument}}", or "{{argument|what stands there without it}}"
};

PromptArgument SpecName(bool required, absl::string_view description) {
  return {"specName", std::string(description), required, Kind::kSpecName};
}

const std::vector<Prompt>& AllPrompts() {
  static const auto& prompts = *new std::vector<Prompt>{
      {{"create-spec",
        "Create a spec",
        "Takes a feature from an idea to approved requirements, design and tasks",
        {SpecName(true, "Name of the spec, kebab-case, such as user-auth"),
         {"description", "What the feature is, in a sentence or more", false, Kind::kText}}},
       kCreateSpec},
      {{"create-steering-doc",
        "Create a steering document",
        "Writes down what is true for every spec of the project, and gets it approved",
        {{"document", "product, tech, structure or principles", true, Kind::kSteeringDocument},
         {"scope", "What to cover or to look at in particular", false, Kind::kText}}},
       kCreateSteeringDoc},
      {{"implement-task",
        "Implement a task",
        "Takes one task of an approved spec from its start to its log entry",
        {SpecName(true, "Name of the spec"),
         {"taskId", "Number of the task, such as 2.1; the next one without it", false, Kind::kTaskId}}},
       kImplementTask},
      {{"spec-status",
        "Report the status of specs",
        "Says how far specs are, what waits for whom, and what comes next",
        {SpecName(false, "Name of the spec; all of them without it")}},
       kSpecStatus},
      {{"refresh-tasks",
        "Refresh tasks",
        "Brings the tasks of a spec in line with changed requirements and design",
        {SpecName(true, "Name of the spec"), {"changes", "What has changed", false, Kind::kText}}},
       kRefreshTasks},
  };
  return prompts;
}

absl::Status CheckTaskId(absl::string_view value) {
  const bool valid = value.size() <= kMaxTaskIdBytes && absl::ascii_isdigit(value.front()) &&
                     absl::ascii_isdigit(value.back()) && value.find("..") == absl::string_view::npos &&
                     std::all_of(value.begin(), value.end(), [](char c) { return absl::ascii_isdigit(c) || c == '.'; });
  if (valid) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(value), " is no number of a task; give it as it stands in tasks.md, such as 2 or 2.1"));
}

absl::Status CheckSteeringDocument(absl::string_view value) {
  const std::vector<std::string>& names = SteeringDocumentNames();
  if (std::find(names.begin(), names.end(), value) != names.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(value), " is no steering document; give one of ", absl::StrJoin(names, ", ")));
}

absl::Status CheckValue(const PromptArgument& argument, const std::string& value) {
  if (value.size() > kMaxArgumentBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("argument ", argument.name, " has over ", kMaxArgumentBytes, " bytes; shorten it"));
  }
  if (!IsValidUtf8(value)) {
    return absl::InvalidArgumentError(absl::StrCat("argument ", argument.name, " is not UTF-8; send UTF-8 text"));
  }
  switch (argument.kind) {
    case Kind::kText:
      return absl::OkStatus();
    case Kind::kSpecName:
      return CheckName("spec name", value);
    case Kind::kTaskId:
      return CheckTaskId(value);
    case Kind::kSteeringDocument:
      return CheckSteeringDocument(value);
  }
  return absl::OkStatus();
}

// Which of `arguments` are given, or what is wrong with them.
absl::StatusOr<Arguments> CheckArguments(const PromptInfo& info, const Arguments& arguments) {
  Arguments given;
  for (const auto& [name, value] : arguments) {
    const auto known = std::find_if(info.arguments.begin(), info.arguments.end(),
                                    [&name = name](const PromptArgument& argument) { return argument.name == name; });
    if (known == info.arguments.end()) {
      const auto add_name = [](std::string* text, const PromptArgument& argument) { *text += argument.name; };
      return absl::InvalidArgumentError(absl::StrCat("prompt ", info.name, " has no argument ", Quoted(name),
                                                     "; it has ", absl::StrJoin(info.arguments, ", ", add_name)));
    }
    if (value.empty()) continue;
    RETURN_IF_ERROR(CheckValue(*known, value));
    given.emplace(name, value);
  }
  for (const PromptArgument& argument : info.arguments) {
    if (!argument.required || given.count(argument.name) > 0) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("prompt ", info.name, " needs the argument ", argument.name, ": ", argument.description));
  }
  return given;
}

// `text` with its placeholders filled. Values are not looked at again, so they may hold braces.
std::string Fill(absl::string_view text, const Arguments& given) {
  std::string filled;
  for (size_t open = text.find("{{"); open != absl::string_view::npos; open = text.find("{{")) {
    const size_t close = text.find("}}", open);
    if (close == absl::string_view::npos) break;
    const absl::string_view placeholder = text.substr(open + 2, close - open - 2);
    const size_t bar = placeholder.find('|');
    const auto value = given.find(std::string(placeholder.substr(0, bar)));
    absl::StrAppend(&filled, text.substr(0, open));
    if (value != given.end()) {
      absl::StrAppend(&filled, value->second);
    } else if (bar != absl::string_view::npos) {
      absl::StrAppend(&filled, placeholder.substr(bar + 1));
    }
    text.remove_prefix(close + 2);
  }
  absl::StrAppend(&filled, text);
  return filled;
}

}  // namespace

const std::vector<PromptInfo>& Prompts() {
  static const auto& infos = *[] {
    auto* all = new std::vector<PromptInfo>();
    for (const Prompt& prompt : AllPrompts()) all->push_back(prompt.info);
    return all;
  }();
  return infos;
}

const std::vector<std::string>& SteeringDocumentNames() {
  static const auto& names = *new std::vector<std::string>{"product", "tech", "structure", "principles"};
  return names;
}

absl::StatusOr<std::string> RenderPrompt(absl::string_view name, const Arguments& arguments) {
  for (const Prompt& prompt : AllPrompts()) {
    if (prompt.info.name != name) continue;
    ASSIGN_OR_RETURN(const Arguments given, CheckArguments(prompt.info, arguments));
    return Fill(prompt.text, given);
  }
  const auto add_name = [](std::string* text, const Prompt& prompt) { *text += prompt.info.name; };
  return absl::InvalidArgumentError(
      absl::StrCat("there is no prompt ", Quoted(name), "; there are ", absl::StrJoin(AllPrompts(), ", ", add_name)));
}

}  // namespace specrelay
