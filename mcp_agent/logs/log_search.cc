#include "mcp_agent/logs/log_search.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace specrelay {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

void AppendValues(const Struct& object, std::string* text);

void AppendValue(const Value& value, std::string* text) {
  if (value.has_string_value()) absl::StrAppend(text, "\n", value.string_value());
  if (value.has_number_value()) absl::StrAppend(text, "\n", value.number_value());
  if (value.has_struct_value()) AppendValues(value.struct_value(), text);
  for (const Value& element : value.list_value().values()) AppendValue(element, text);
}

void AppendValues(const Struct& object, std::string* text) {
  for (const auto& field : object.fields()) AppendValue(field.second, text);
}

// All values on lines of their own: a word has no line feed in it, so it is never found across two values.
std::string SearchableText(const v1::ImplementationLogEntry& entry) {
  std::string text = absl::StrCat(entry.id(), "\n", entry.task_id(), "\n", entry.timestamp(), "\n", entry.summary());
  for (const std::string& path : entry.files_modified()) absl::StrAppend(&text, "\n", path);
  for (const std::string& path : entry.files_created()) absl::StrAppend(&text, "\n", path);
  const v1::ImplementationStatistics& statistics = entry.statistics();
  absl::StrAppend(&text, "\n", statistics.lines_added(), "\n", statistics.lines_removed(), "\n",
                  statistics.files_changed());
  AppendValues(entry.artifacts(), &text);
  absl::AsciiStrToLower(&text);
  return text;
}

}  // namespace

std::vector<std::string> SearchWords(absl::string_view query) {
  return absl::StrSplit(absl::AsciiStrToLower(query), absl::ByAnyChar(" \t\r\n\v\f"), absl::SkipEmpty());
}

bool Matches(const v1::ImplementationLogEntry& entry, const std::vector<std::string>& words) {
  if (words.empty()) return true;
  const std::string text = SearchableText(entry);
  return std::all_of(words.begin(), words.end(),
                     [&text](const std::string& word) { return absl::StrContains(text, word); });
}

}  // namespace specrelay
