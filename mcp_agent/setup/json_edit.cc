#include "mcp_agent/setup/json_edit.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/types/optional.h"
#include "proto/support/bounded_json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 64;
constexpr absl::string_view kSpace = " \t\r\n";

// Where the string ends whose opening quote is at `begin`; behind its closing quote, or at the end of the text.
size_t EndOfString(absl::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// Where the comment ends that begins at `begin`; `begin` when none does.
size_t EndOfComment(absl::string_view text, size_t begin) {
  if (absl::StartsWith(text.substr(begin), "//")) return std::min(text.find('\n', begin), text.size());
  if (!absl::StartsWith(text.substr(begin), "/*")) return begin;
  const size_t close = text.find("*/", begin + 2);
  return close == text.npos ? text.size() : close + 2;
}

// `text` as strict JSON of the same length: comments and trailing commas are blank.
std::string Blanked(absl::string_view text) {
  std::string blanked(text);
  size_t comma = text.npos;  // the last one, as long as nothing but space follows it
  for (size_t i = 0; i < text.size();) {
    const size_t comment = EndOfComment(text, i);
    if (comment > i) {
      std::replace_if(
          blanked.begin() + static_cast<std::ptrdiff_t>(i), blanked.begin() + static_cast<std::ptrdiff_t>(comment),
          [](char c) { return c != '\n'; }, ' ');
      i = comment;
      continue;
    }
    const char c = text[i];
    if ((c == '}' || c == ']') && comma != text.npos) blanked[comma] = ' ';
    if (kSpace.find(c) == kSpace.npos) comma = c == ',' ? i : text.npos;
    i = c == '"' ? EndOfString(text, i) : i + 1;
  }
  return blanked;
}

size_t SkipSpace(absl::string_view text, size_t begin) {
  return std::min(text.find_first_not_of(kSpace, begin), text.size());
}

// Where the value ends that begins at `begin`, in well-formed JSON.
size_t EndOfValue(absl::string_view text, size_t begin) {
  int depth = 0;
  for (size_t i = begin; i < text.size();) {
    const char c = text[i];
    if (c == '"') {
      i = EndOfString(text, i);
    } else if (c == '{' || c == '[') {
      ++depth;
      ++i;
    } else if (c == '}' || c == ']') {
      --depth;
      ++i;
    } else if (depth > 0) {
      ++i;
      continue;
    } else {
      return std::min(text.find_first_of(",}] \t\r\n", i), text.size());
    }
    if (depth == 0) return i;
  }
  return text.size();
}

struct Member {
  size_t key = 0;  // of the opening quote
  size_t value = 0;
  size_t end = 0;
};

// The members of the object at `begin`, in well-formed JSON.
std::vector<Member> MembersOf(absl::string_view text, size_t begin) {
  std::vector<Member> members;
  size_t at = SkipSpace(text, begin + 1);
  while (at < text.size() && text[at] == '"') {
    Member member;
    member.key = at;
    const size_t colon = SkipSpace(text, EndOfString(text, at));
    member.value = SkipSpace(text, colon + 1);
    member.end = EndOfValue(text, member.value);
    members.push_back(member);
    at = SkipSpace(text, member.end);
    if (at < text.size() && text[at] == ',') at = SkipSpace(text, at + 1);
  }
  return members;
}

// The last member called `name`, which is the one that readers use.
absl::optional<Member> Find(absl::string_view text, const std::vector<Member>& members, absl::string_view name) {
  for (auto member = members.rbegin(); member != members.rend(); ++member) {
    const absl::string_view token = text.substr(member->key, EndOfString(text, member->key) - member->key);
    if (Json::parse(token, nullptr, /*allow_exceptions=*/false) == std::string(name)) return *member;
  }
  return absl::nullopt;
}

// The white space before `position` in its line, when there is nothing else.
std::string IndentAt(absl::string_view text, size_t position) {
  const size_t newline = text.substr(0, position).rfind('\n');
  const absl::string_view before =
      newline == text.npos ? absl::string_view() : text.substr(newline + 1, position - newline - 1);
  return before.find_first_not_of(" \t") == before.npos ? std::string(before) : "";
}

void Merge(const Json& from, Json& into) {
  for (const auto& [key, value] : from.items()) {
    Json& place = into[key];
    if (value.is_object() && place.is_object()) {
      Merge(value, place);
    } else {
      place = value;
    }
  }
}

// One text being edited, with the layout that it has.
class Editor {
 public:
  explicit Editor(absl::string_view text) : text_(text), blanked_(Blanked(text)) {
    root_ = SkipSpace(blanked_, 0);
    const std::vector<Member> members = MembersOf(blanked_, root_);
    if (members.empty()) return;
    const std::string indent = IndentAt(blanked_, members[0].key);
    if (!indent.empty()) unit_ = indent;
  }

  const std::string& blanked() const { return blanked_; }
  size_t root() const { return root_; }

  std::string Replace(const Member& member, const Json& value) const {
    return absl::StrCat(text_.substr(0, member.value), Dump(value, IndentAt(blanked_, member.key)),
                        text_.substr(member.end));
  }

  // Adds a member to the object at `begin`, at its end.
  std::string Add(size_t begin, absl::string_view name, const Json& value) const {
    const std::vector<Member> members = MembersOf(blanked_, begin);
    const std::string outer = members.empty() ? IndentOfLine(begin) : "";
    std::string indent = members.empty() ? outer + unit_ : IndentAt(blanked_, members.back().key);
    if (indent.empty()) indent = IndentOfLine(begin) + unit_;
    const std::string member = absl::StrCat("\n", indent, Json(std::string(name)).dump(), ": ", Dump(value, indent));
    if (!members.empty()) {
      return absl::StrCat(text_.substr(0, members.back().end), ",", member, text_.substr(members.back().end));
    }
    const bool closes_there = blanked_[SkipSpaceInLine(begin + 1)] == '}';
    return absl::StrCat(text_.substr(0, begin + 1), member, closes_there ? "\n" + outer : "",
                        text_.substr(closes_there ? SkipSpaceInLine(begin + 1) : begin + 1));
  }

 private:
  std::string Dump(const Json& value, absl::string_view indent) const {
    const std::string lines = value.dump(static_cast<int>(unit_.size()), unit_[0]);
    return absl::StrReplaceAll(lines, {{"\n", absl::StrCat("\n", indent)}});
  }

  // The white space at the start of the line of `position`.
  std::string IndentOfLine(size_t position) const {
    const size_t newline = blanked_.rfind('\n', position);
    const size_t begin = newline == blanked_.npos ? 0 : newline + 1;
    return blanked_.substr(begin, std::min(blanked_.find_first_not_of(" \t", begin), position) - begin);
  }

  size_t SkipSpaceInLine(size_t begin) const { return blanked_.find_first_not_of(" \t", begin); }

  const absl::string_view text_;
  const std::string blanked_;
  size_t root_ = 0;
  std::string unit_ = "  ";
};

}  // namespace

absl::StatusOr<std::string> SetJsonEntry(absl::string_view text, absl::string_view group, absl::string_view name,
                                         const Json& values) {
  const bool blank = text.find_first_not_of(kSpace) == text.npos;
  const Editor editor(blank ? "{}\n" : text);
  ASSIGN_OR_RETURN(const Json root, ParseBoundedJson(editor.blanked(), kMaxDepth));
  if (!root.is_object()) return absl::InvalidArgumentError("it is no JSON object");
  const absl::optional<Member> groups = Find(editor.blanked(), MembersOf(editor.blanked(), editor.root()), group);
  if (!groups.has_value()) {
    return editor.Add(editor.root(), group, Json{{std::string(name), values}});
  }
  if (editor.blanked()[groups->value] != '{') {
    return absl::InvalidArgumentError(absl::StrCat("its \"", group, "\" is no object"));
  }
  const absl::optional<Member> entry = Find(editor.blanked(), MembersOf(editor.blanked(), groups->value), name);
  if (!entry.has_value()) return editor.Add(groups->value, name, values);
  const Json old = Json::parse(editor.blanked().substr(entry->value, entry->end - entry->value), nullptr,
                               /*allow_exceptions=*/false);
  if (!old.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat("its \"", group, "\" has a \"", name, "\" that is no object"));
  }
  Json merged = old;
  Merge(values, merged);
  return merged == old ? std::string(text) : editor.Replace(*entry, merged);
}

}  // namespace specrelay
