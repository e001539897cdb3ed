#include "mcp_agent/mcp/tools/search_logs.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/logs/log_entry_json.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int64_t kDefaultLimit = 20;
constexpr int64_t kMaxLimit = 100;
// An answer costs the model as much as it is long. One entry is always given.
constexpr size_t kMaxBytes = 64 << 10;

ToolInfo Info() {
  ToolInfo info;
  info.name = "search-logs";
  info.title = "Search implementation logs";
  info.description =
      "Find what earlier tasks made (endpoints, components, functions, classes, integrations, files), newest first. "
      "Call "
      "it before you implement something, so that nothing is built twice, and when you need to know why code is there.";
  Json limit = CountSchema("20 when absent");
  limit["minimum"] = 1;
  limit["maximum"] = kMaxLimit;
  info.input_schema =
      ObjectSchema({{"query", TextSchema("words that must all occur, whatever their case; everything when absent")},
                    {"specName", TextSchema("all specs when absent")},
                    {"taskId", TextSchema()},
                    {"limit", std::move(limit)}});
  const Json texts = ListSchema(TextSchema());
  const Json entry = ObjectSchema({{"specName", TextSchema()},
                                   {"id", TextSchema()},
                                   {"taskId", TextSchema()},
                                   {"timestamp", TextSchema()},
                                   {"summary", TextSchema()},
                                   {"filesModified", texts},
                                   {"filesCreated", texts},
                                   {"statistics", {{"type", "object"}}},
                                   {"artifacts", {{"type", "object"}}}},
                                  {"specName", "taskId", "summary", "artifacts"});
  info.output_schema =
      AnswerSchema({{"entries", ListSchema(entry)}, {"total", CountSchema()}, {"truncated", FlagSchema()}},
                   {"entries", "total", "truncated"});
  info.annotations.read_only = true;
  info.annotations.idempotent = true;
  return info;
}

// "POST /api/login (src/login.ts:10): Sign in"
std::string DescribeArtifact(const Json& artifact) {
  std::vector<std::string> name;
  for (const char* key : {"method", "path", "name", "description"}) {
    if (const auto text = StringAt(artifact, key); text.has_value() && !text->empty()) name.push_back(*text);
  }
  std::string line = absl::StrJoin(name, " ");
  if (const auto location = StringAt(artifact, "location")) absl::StrAppend(&line, " (", *location, ")");
  if (const auto purpose = StringAt(artifact, "purpose")) absl::StrAppend(&line, ": ", *purpose);
  return line;
}

std::string DescribeEntry(const Json& entry) {
  std::string text = absl::StrCat("\n- ", *StringAt(entry, "specName"), ", task ", *StringAt(entry, "taskId"), ", ",
                                  *StringAt(entry, "timestamp"), ": ", *StringAt(entry, "summary"));
  for (const auto& [kind, artifacts] : entry["artifacts"].items()) {
    if (!artifacts.is_array()) continue;
    for (const Json& artifact : artifacts) {
      if (artifact.is_object()) absl::StrAppend(&text, "\n  - ", kind, ": ", DescribeArtifact(artifact));
    }
  }
  return text;
}

}  // namespace

SearchLogsTool::SearchLogsTool(std::shared_ptr<ToolContext> context) : ImmediateTool(Info(), std::move(context)) {}

absl::StatusOr<ToolAnswer> SearchLogsTool::Answer(const Json& arguments, const ToolCall& call) {
  const std::string wanted = StringAt(arguments, "specName").value_or("");
  ASSIGN_OR_RETURN(const std::vector<std::string> names, SpecNames(wanted, call));
  std::vector<Found> found;
  for (size_t i = 0; i < names.size(); ++i) {
    v1::Command command;
    v1::ImplLogSearchRequest& request = *command.mutable_impl_log_search();
    request.set_spec_name(names[i]);
    request.set_query(StringAt(arguments, "query").value_or(""));
    request.set_task_id(StringAt(arguments, "taskId").value_or(""));
    absl::StatusOr<v1::CommandResult> result = context()->Run(call, absl::StrCat("search-", i), std::move(command));
    // Archived since it was listed.
    if (wanted.empty() && absl::IsNotFound(result.status())) continue;
    if (!result.ok()) return AdviseOnSpec(result.status());
    for (v1::ImplementationLogEntry& entry : *result->mutable_impl_log_search()->mutable_entries()) {
      found.push_back({names[i], std::move(entry)});
    }
  }
  const int64_t limit = IntegerAt(arguments, "limit").value_or(kDefaultLimit);
  return AnswerFound(std::move(found), static_cast<size_t>(limit));
}

absl::StatusOr<std::vector<std::string>> SearchLogsTool::SpecNames(const std::string& wanted,
                                                                   const ToolCall& call) const {
  if (!wanted.empty()) return std::vector<std::string>{wanted};
  v1::Command command;
  command.mutable_spec_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, context()->Run(call, "list", std::move(command)));
  std::vector<std::string> names;
  for (const v1::SpecSummary& spec : result.spec_list().specs()) names.push_back(spec.name());
  return names;
}

ToolAnswer SearchLogsTool::AnswerFound(std::vector<Found> found, size_t limit) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.entry.timestamp() > b.entry.timestamp(); });
  Json entries = Json::array();
  std::string text;
  for (size_t i = 0, bytes = 0; i < std::min(limit, found.size()); ++i) {
    bytes += found[i].entry.ByteSizeLong();
    if (i > 0 && bytes > kMaxBytes) break;
    Json entry = {{"specName", found[i].spec_name}};
    entry.update(LogEntryToJson(found[i].entry));
    absl::StrAppend(&text, DescribeEntry(entry));
    entries.push_back(std::move(entry));
  }
  const bool truncated = entries.size() < found.size();
  std::string message =
      found.empty() ? "Nothing was found." : absl::StrCat(entries.size(), " of ", found.size(), " entries:", text);
  std::vector<std::string> steps;
  if (found.empty()) steps.emplace_back("Try fewer or other words, then search the code itself.");
  if (truncated) steps.emplace_back("Add words, specName or taskId to the search to see others.");
  return MakeAnswer(std::move(message),
                    {{"entries", std::move(entries)}, {"total", found.size()}, {"truncated", truncated}}, steps);
}

}  // namespace specrelay
