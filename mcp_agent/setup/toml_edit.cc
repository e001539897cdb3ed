#include "mcp_agent/setup/toml_edit.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/setup/toml_reader.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Key = std::vector<std::string>;
using Kind = TomlStatement::Kind;
using Statements = std::vector<TomlStatement>;

bool StartsWithKey(const Key& key, const Key& prefix) {
  return key.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

// Where the table `key` has its header: an index, or the number of statements when it has none. INVALID_ARGUMENT when
// it is there in another form.
absl::StatusOr<size_t> FindTable(const Statements& statements, const Key& key) {
  size_t found = statements.size();
  Key header;
  for (size_t i = 0; i < statements.size(); ++i) {
    const TomlStatement& statement = statements[i];
    const bool is_header = statement.kind != Kind::kKeyValue;
    if (is_header) header = statement.key;
    Key full = is_header ? Key() : header;
    full.insert(full.end(), statement.key.begin(), statement.key.end());
    if (statement.kind == Kind::kTable && full == key) {
      if (found < statements.size()) {
        return absl::InvalidArgumentError(absl::StrCat("it has two tables [", absl::StrJoin(key, "."), "]"));
      }
      found = i;
      continue;
    }
    const bool of_table = StartsWithKey(full, key);
    const bool holds_table = !is_header && StartsWithKey(key, full);
    const bool in_own_section = !is_header && StartsWithKey(header, key);
    const bool is_array = statement.kind == Kind::kArrayOfTables && StartsWithKey(key, full);
    if (is_array || holds_table || (of_table && !is_header && !in_own_section)) {
      return absl::InvalidArgumentError(absl::StrCat("it has ", absl::StrJoin(full, "."),
                                                     " in another form than under [", absl::StrJoin(key, "."),
                                                     "]; write it as such a table"));
    }
  }
  return found;
}

std::string Line(const TomlValue& value) { return absl::StrCat(value.key, " = ", value.value, "\n"); }

std::string AddTable(absl::string_view text, const Key& key, const std::vector<TomlValue>& values) {
  std::string added(text);
  if (!added.empty() && !absl::EndsWith(added, "\n")) added += "\n";
  if (!added.empty()) added += "\n";
  absl::StrAppend(&added, "[", absl::StrJoin(key, "."), "]\n");
  for (const TomlValue& value : values) added += Line(value);
  return added;
}

std::string ChangeTable(absl::string_view text, const Statements& statements, size_t table,
                        const std::vector<TomlValue>& values) {
  std::string changed;
  size_t copied = 0;
  size_t end = table + 1;
  while (end < statements.size() && statements[end].kind == Kind::kKeyValue) ++end;
  std::vector<bool> there(values.size());
  for (size_t i = table + 1; i < end; ++i) {
    for (size_t v = 0; v < values.size(); ++v) {
      if (statements[i].key != Key{values[v].key}) continue;
      there[v] = true;
      if (values[v].only_new) continue;
      absl::StrAppend(&changed, text.substr(copied, statements[i].value - copied), values[v].value);
      copied = statements[i].value_end;
    }
  }
  const size_t place = statements[end - 1].end;
  absl::StrAppend(&changed, text.substr(copied, place - copied));
  for (size_t v = 0; v < values.size(); ++v) {
    if (there[v]) continue;
    if (!absl::EndsWith(changed, "\n")) changed += "\n";
    changed += Line(values[v]);
  }
  absl::StrAppend(&changed, text.substr(place));
  return changed;
}

}  // namespace

std::string TomlString(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

std::string TomlStrings(const std::vector<std::string>& texts) {
  const auto add = [](std::string* list, const std::string& text) { *list += TomlString(text); };
  return absl::StrCat("[", absl::StrJoin(texts, ", ", add), "]");
}

absl::StatusOr<std::string> SetTomlTable(absl::string_view text, const std::string& group, const std::string& name,
                                         const std::vector<TomlValue>& values) {
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError("it is not UTF-8");
  ASSIGN_OR_RETURN(const Statements statements, ReadToml(text));
  const Key key = {group, name};
  ASSIGN_OR_RETURN(const size_t table, FindTable(statements, key));
  return table == statements.size() ? AddTable(text, key, values) : ChangeTable(text, statements, table, values);
}

}  // namespace specrelay
