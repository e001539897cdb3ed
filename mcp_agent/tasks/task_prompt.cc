#include "mcp_agent/tasks/task_prompt.h"

#include <array>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tasks/white_space.h"

namespace specrelay {
namespace {

using Sections = google::protobuf::RepeatedPtrField<v1::PromptSection>;

constexpr std::array<absl::string_view, 8> kKnownKeys = {"Role",         "Task",     "Context", "Instructions",
                                                         "Requirements", "Leverage", "Success", "Restrictions"};

bool IsWordByte(char byte) { return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '_'; }

absl::string_view WithoutEmphasis(absl::string_view text) {
  text = TrimSpace(text);
  while (absl::ConsumePrefix(&text, "_")) continue;
  while (absl::ConsumeSuffix(&text, "_")) continue;
  return TrimSpace(text);
}

// Which of kKnownKeys ends at the end of `text` as a word of its own; kKnownKeys.size() if none.
size_t KnownKeyAtEnd(absl::string_view text) {
  if (text.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(text.back()))) return kKnownKeys.size();
  for (size_t i = 0; i < kKnownKeys.size(); ++i) {
    if (!absl::EndsWithIgnoreCase(text, kKnownKeys[i])) continue;
    const size_t begin = text.size() - kKnownKeys[i].size();
    if (begin == 0 || !IsWordByte(text[begin - 1])) return i;
  }
  return kKnownKeys.size();
}

// `part` from the last known key on, where each key counts only where it occurs first: "Role: a Task: b, see Role: c"
// is the task "b, see Role: c". Empty when there is no known key.
absl::string_view FromLastKnownKey(absl::string_view part) {
  absl::string_view found;
  std::array<bool, kKnownKeys.size()> seen = {};
  for (size_t colon = part.find(':'); colon != absl::string_view::npos; colon = part.find(':', colon + 1)) {
    const size_t key = KnownKeyAtEnd(part.substr(0, colon));
    if (key == kKnownKeys.size() || seen[key]) continue;
    seen[key] = true;
    found = part.substr(colon - kKnownKeys[key].size());
  }
  return found;
}

// Adds "Key: value"; false when `part` lacks either side of the colon.
bool AddKeyAndValue(absl::string_view part, Sections& sections) {
  const size_t colon = part.find(':');
  if (colon == absl::string_view::npos) return false;
  const absl::string_view key = WithoutEmphasis(part.substr(0, colon));
  const absl::string_view value = WithoutEmphasis(part.substr(colon + 1));
  if (key.empty() || value.empty()) return false;
  v1::PromptSection& section = *sections.Add();
  section.set_key(std::string(key));
  section.set_value(std::string(value));
  return true;
}

void ContinueLastValue(absl::string_view part, Sections& sections) {
  const absl::string_view text = WithoutEmphasis(part);
  if (text.empty() || sections.empty()) return;
  absl::StrAppend(sections.rbegin()->mutable_value(), " | ", text);
}

}  // namespace

Sections ParsePromptSections(absl::string_view prompt) {
  Sections sections;
  if (!absl::StrContains(prompt, '|')) return sections;
  bool first = true;
  for (bool more = true; more;) {
    const size_t bar = prompt.find('|');
    const absl::string_view part = TrimSpace(prompt.substr(0, bar));
    more = bar != absl::string_view::npos;
    if (more) prompt.remove_prefix(bar + 1);
    if (part.empty()) continue;
    if (first) {
      AddKeyAndValue(FromLastKnownKey(part), sections);
    } else if (!AddKeyAndValue(part, sections)) {
      ContinueLastValue(part, sections);
    }
    first = false;
  }
  return sections;
}

}  // namespace specrelay
