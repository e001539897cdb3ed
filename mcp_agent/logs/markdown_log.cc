#include "mcp_agent/logs/markdown_log.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;

// Key of a kind by its heading; empty for a heading that is none.
absl::string_view KindKey(absl::string_view heading) {
  if (heading == "API Endpoints") return "apiEndpoints";
  if (heading == "Components") return "components";
  if (heading == "Functions") return "functions";
  if (heading == "Classes") return "classes";
  if (heading == "Integrations" || heading == "Frontend Integrations") return "integrations";
  return "";
}

// "Request Format" is requestFormat.
std::string FieldKey(absl::string_view label) {
  if (label == "Exported") return "isExported";
  std::string key;
  for (const absl::string_view word : absl::StrSplit(label, ' ', absl::SkipEmpty())) {
    std::string lower = absl::AsciiStrToLower(word);
    if (!key.empty()) lower[0] = absl::ascii_toupper(static_cast<unsigned char>(lower[0]));
    key += lower;
  }
  return key;
}

int32_t Count(absl::string_view text) {
  text = absl::StripAsciiWhitespace(text);
  if (!absl::ConsumePrefix(&text, "+")) absl::ConsumePrefix(&text, "-");
  int64_t count = 0;
  if (!absl::SimpleAtoi(text, &count)) return 0;
  return static_cast<int32_t>(std::clamp<int64_t>(count, 0, std::numeric_limits<int32_t>::max()));
}

// Splits "**Label:** value"; false when the line has another form.
bool SplitLabel(absl::string_view line, absl::string_view* label, absl::string_view* value) {
  if (!absl::ConsumePrefix(&line, "**")) return false;
  const size_t end = line.find(":**");
  if (end == absl::string_view::npos || end == 0) return false;
  *label = absl::StripAsciiWhitespace(line.substr(0, end));
  *value = absl::StripAsciiWhitespace(line.substr(end + 3));
  return true;
}

class Parser {
 public:
  void TakeLine(absl::string_view line) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (TakeHeading(line)) return;
    if (line.empty() || line == "---") {
      continued_ = nullptr;
      return;
    }
    absl::string_view item = line;
    absl::string_view label, value;
    const bool is_item = absl::ConsumePrefix(&item, "- ");
    if (SplitLabel(item, &label, &value)) {
      TakeLabel(label, value);
    } else if (is_item && section_ == "Files Modified") {
      entry_.add_files_modified(std::string(absl::StripAsciiWhitespace(item)));
    } else if (is_item && section_ == "Files Created") {
      entry_.add_files_created(std::string(absl::StripAsciiWhitespace(item)));
    } else if (continued_ != nullptr) {
      absl::StrAppend(continued_, "\n", line);
    }
  }

  v1::ImplementationLogEntry Finish() && { return std::move(entry_); }

 private:
  bool TakeHeading(absl::string_view line) {
    if (absl::ConsumePrefix(&line, "#### ")) {
      StartArtifact(absl::StripAsciiWhitespace(line));
    } else if (absl::ConsumePrefix(&line, "### ")) {
      artifact_ = nullptr;
      kind_ = section_ == "Artifacts" ? KindKey(absl::StripAsciiWhitespace(line)) : "";
    } else if (absl::ConsumePrefix(&line, "## ")) {
      artifact_ = nullptr;
      kind_ = "";
      section_ = std::string(absl::StripAsciiWhitespace(line));
    } else if (absl::ConsumePrefix(&line, "# Implementation Log: Task ")) {
      entry_.set_task_id(std::string(absl::StripAsciiWhitespace(line)));
    } else {
      return false;
    }
    continued_ = nullptr;
    return true;
  }

  void StartArtifact(absl::string_view title) {
    artifact_ = nullptr;
    if (kind_.empty()) return;
    Value& list = (*entry_.mutable_artifacts()->mutable_fields())[std::string(kind_)];
    artifact_ = list.mutable_list_value()->add_values()->mutable_struct_value();
    if (kind_ == "apiEndpoints") {
      const auto space = std::min(title.find(' '), title.size());
      SetText("method", title.substr(0, space));
      SetText("path", absl::StripAsciiWhitespace(title.substr(space)));
    } else if (kind_ != "integrations") {
      SetText("name", title);
    } else if (!absl::StartsWith(title, "Integration")) {
      SetText("description", title);
    }
  }

  std::string* SetText(absl::string_view key, absl::string_view text) {
    Value& value = (*artifact_->mutable_fields())[std::string(key)];
    value.set_string_value(std::string(text));
    return value.mutable_string_value();
  }

  void TakeLabel(absl::string_view label, absl::string_view value) {
    continued_ = nullptr;
    if (artifact_ != nullptr) return TakeArtifactField(FieldKey(label), value);
    if (section_ == "Statistics") {
      v1::ImplementationStatistics& statistics = *entry_.mutable_statistics();
      if (label == "Lines Added") statistics.set_lines_added(Count(value));
      if (label == "Lines Removed") statistics.set_lines_removed(Count(value));
      if (label == "Files Changed") statistics.set_files_changed(Count(value));
    } else if (section_.empty()) {
      if (label == "Timestamp") entry_.set_timestamp(std::string(value));
      if (label == "Log ID") entry_.set_id(std::string(value));
      if (label == "Summary") {
        entry_.set_summary(std::string(value));
        continued_ = entry_.mutable_summary();
      }
    }
  }

  void TakeArtifactField(const std::string& key, absl::string_view value) {
    if (key.empty()) return;
    if (key == "isExported") {
      (*artifact_->mutable_fields())[key].set_bool_value(absl::EqualsIgnoreCase(value, "yes"));
    } else if (key == "exports" || key == "methods") {
      auto& list = *(*artifact_->mutable_fields())[key].mutable_list_value();
      for (const absl::string_view element : absl::StrSplit(value, ", ", absl::SkipWhitespace())) {
        list.add_values()->set_string_value(std::string(absl::StripAsciiWhitespace(element)));
      }
    } else {
      continued_ = SetText(key, value);
    }
  }

  v1::ImplementationLogEntry entry_;
  std::string section_;               // the last heading of level 2
  absl::string_view kind_;            // key of the artifacts' kind; empty outside of one
  Struct* artifact_ = nullptr;        // the one being read
  std::string* continued_ = nullptr;  // text that a further line goes on with
};

// "task-2.1_2026…" is of task 2.1.
absl::string_view TaskOfFileName(absl::string_view name) {
  if (!absl::ConsumePrefix(&name, "task-")) return "";
  const size_t end = name.find('_');
  return end == absl::string_view::npos ? absl::string_view() : name.substr(0, end);
}

}  // namespace

absl::optional<v1::ImplementationLogEntry> ParseMarkdownLog(absl::string_view file_name, absl::string_view document) {
  Parser parser;
  const std::string text = ReplaceInvalidUtf8(document);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) parser.TakeLine(line);
  v1::ImplementationLogEntry entry = std::move(parser).Finish();
  if (entry.task_id().empty()) entry.set_task_id(std::string(TaskOfFileName(file_name)));
  if (entry.task_id().empty()) return absl::nullopt;
  if (entry.id().empty()) entry.set_id(std::string(absl::StripSuffix(file_name, ".md")));
  entry.mutable_statistics();
  entry.mutable_artifacts();
  return entry;
}

}  // namespace specrelay
