#include "mcp_agent/tasks/task_detail.h"

#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/tasks/white_space.h"

namespace specrelay {
namespace {

using Kind = TaskDetail::Kind;

bool IsWordByte(char byte) {
  return absl::ascii_isalnum(static_cast<unsigned char>(byte)) || byte == '_' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

// `text` up to the underscore that closes it. That is the first one at the end or before white space, for paths such as
// src/__init__.py have underscores too; else the first before punctuation; without either all of `text`.
absl::string_view UpToClosingUnderscore(absl::string_view text) {
  size_t before_punctuation = absl::string_view::npos;
  for (size_t i = text.find('_'); i != absl::string_view::npos; i = text.find('_', i + 1)) {
    const absl::string_view rest = text.substr(i + 1);
    if (rest.empty() || SpaceAtStart(rest) > 0) return TrimSpace(text.substr(0, i));
    if (before_punctuation == absl::string_view::npos && !IsWordByte(rest.front())) before_punctuation = i;
  }
  return TrimSpace(text.substr(0, before_punctuation));
}

TaskDetail PromptDetail(absl::string_view text) {
  text = SkipSpace(text);
  const bool closed = absl::ConsumeSuffix(&text, "_");
  return {Kind::kPrompt, TrimSpace(text), !closed};
}

// A reason may hold underscores of its own, and what was written must be read back: the last one closes it.
TaskDetail BlockedDetail(absl::string_view text) {
  return {Kind::kBlocked, absl::ConsumeSuffix(&text, "_") ? TrimSpace(text) : UpToClosingUnderscore(text)};
}

// Whether a list item's `text` starts with a checkbox of whatever kind: brackets with at most one character in between.
bool StartsWithBox(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "[")) return false;
  const size_t length = text.substr(0, 5).find(']');
  if (length == absl::string_view::npos || absl::StartsWith(text.substr(length + 1), "(")) return false;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return false;  // a second character
  }
  return true;
}

// What follows the first "File:" or "Files:" of `line`, if there is one.
absl::optional<absl::string_view> TextAfterFilesKey(absl::string_view line) {
  for (size_t colon = line.find(':'); colon != absl::string_view::npos; colon = line.find(':', colon + 1)) {
    const absl::string_view before = line.substr(0, colon);
    if (absl::EndsWith(before, "File") || absl::EndsWith(before, "Files")) return line.substr(colon + 1);
  }
  return absl::nullopt;
}

// What follows the first `key` of `line`, if it is there.
absl::optional<absl::string_view> TextAfter(absl::string_view line, absl::string_view key) {
  const size_t position = line.find(key);
  if (position == absl::string_view::npos) return absl::nullopt;
  return line.substr(position + key.size());
}

// The text of the list item that `line`, trimmed, is, if it is one.
absl::optional<absl::string_view> BulletText(absl::string_view line) {
  if (line.empty() || (line.front() != '-' && line.front() != '*') || SpaceAtStart(line.substr(1)) == 0) {
    return absl::nullopt;
  }
  return SkipSpace(line.substr(1));
}

TaskDetail ParseBullet(absl::string_view text) {
  if (StartsWithBox(text)) return {};
  if (!absl::ConsumePrefix(&text, "Purpose:")) return {Kind::kBullet, text};
  text = SkipSpace(text);
  return {text.empty() ? Kind::kNone : Kind::kPurpose, text};
}

// Adds `text` split at the commas outside of parentheses. A parenthesis that is never closed is an ordinary character.
void SplitOutsideParentheses(absl::string_view text, absl::FunctionRef<void(absl::string_view)> add) {
  const size_t last_close = text.rfind(')');
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' && last_close != absl::string_view::npos && i < last_close) {
      i = text.find(')', i);
    } else if (text[i] == ',') {
      add(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  add(text.substr(begin));
}

// `path` without the remark at its end, as in "src/a.ts (new)". Parentheses inside a path, as in "app/(auth)/page.tsx",
// belong to it.
absl::string_view WithoutRemark(absl::string_view path) {
  path = TrimSpace(path);
  if (!absl::EndsWith(path, ")")) return path;
  for (size_t open = path.find('('); open != absl::string_view::npos; open = path.find('(', open + 1)) {
    const absl::string_view before = TrimSpace(path.substr(0, open));
    if (open == 0 || before.size() < open) return before;
  }
  return path;
}

}  // namespace

TaskDetail ParseTaskDetail(absl::string_view line) {
  line = TrimSpace(line);
  if (line.empty()) return {};
  const absl::optional<absl::string_view> bullet = BulletText(line);
  absl::string_view content = bullet.value_or(line);
  if (absl::ConsumePrefix(&content, "_Blocked:")) return BlockedDetail(TrimSpace(content));
  if (const auto text = TextAfter(line, "_Prompt:")) return PromptDetail(*text);
  if (const auto text = TextAfter(line, "_Requirements:")) return {Kind::kRequirements, UpToClosingUnderscore(*text)};
  if (const auto text = TextAfter(line, "_Leverage:")) return {Kind::kLeverage, UpToClosingUnderscore(*text)};
  if (const auto text = TextAfterFilesKey(line)) return {Kind::kFiles, TrimSpace(*text)};
  return bullet.has_value() ? ParseBullet(*bullet) : TaskDetail();
}

bool ContinuesPrompt(absl::string_view line, absl::string_view& text) {
  text = TrimSpace(line);
  if (text.empty() || BulletText(text).has_value() || absl::StartsWithIgnoreCase(text, "File:") ||
      absl::StartsWithIgnoreCase(text, "Files:") || absl::StartsWithIgnoreCase(text, "Purpose:")) {
    return false;
  }
  absl::ConsumeSuffix(&text, "_");
  text = TrimSpace(text);
  return true;
}

void ForEachListItem(const TaskDetail& detail, absl::FunctionRef<void(absl::string_view)> add) {
  absl::string_view rest = detail.text;
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    const absl::string_view item = TrimSpace(rest.substr(0, comma));
    if (!item.empty() && !(detail.kind == Kind::kRequirements && item == "NFR")) add(item);
    rest = comma == absl::string_view::npos ? absl::string_view() : rest.substr(comma + 1);
  }
}

void ForEachFile(const TaskDetail& detail, absl::FunctionRef<void(absl::string_view)> add) {
  SplitOutsideParentheses(detail.text, [&](absl::string_view item) {
    item = WithoutRemark(item);
    if (!item.empty()) add(item);
  });
}

}  // namespace specrelay
