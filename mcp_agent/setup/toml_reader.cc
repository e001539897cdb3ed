#include "mcp_agent/setup/toml_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Kind = TomlStatement::Kind;

bool IsBareKeyByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_'; }

class Reader {
 public:
  explicit Reader(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<TomlStatement>> Read() {
    std::vector<TomlStatement> statements;
    if (absl::StartsWith(text_, "\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size()) {
      TomlStatement statement;
      statement.begin = at_;
      SkipBlanks();
      if (AtLineEnd()) {
        NextLine();
        continue;
      }
      RETURN_IF_ERROR(At() == '[' ? ReadHeader(statement) : ReadKeyValue(statement));
      SkipBlanks();
      if (!AtLineEnd()) return Error("has something behind its end");
      NextLine();
      statement.end = at_;
      statements.push_back(std::move(statement));
    }
    return statements;
  }

 private:
  char At() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void SkipBlanks() {
    while (At() == ' ' || At() == '\t') ++at_;
  }

  // At the end of the text or of a line, or at a comment.
  bool AtLineEnd() const {
    return at_ >= text_.size() || At() == '\n' || At() == '#' || absl::StartsWith(text_.substr(at_), "\r\n");
  }

  void NextLine() {
    const size_t newline = text_.find('\n', at_);
    at_ = newline == text_.npos ? text_.size() : newline + 1;
  }

  absl::Status Error(absl::string_view what) const {
    const auto line = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n') + 1;
    return absl::InvalidArgumentError(absl::StrCat("line ", line, " ", what));
  }

  absl::Status ReadHeader(TomlStatement& statement) {
    const bool array = absl::StartsWith(text_.substr(at_), "[[");
    const absl::string_view close = array ? "]]" : "]";
    statement.kind = array ? Kind::kArrayOfTables : Kind::kTable;
    at_ += close.size();
    RETURN_IF_ERROR(ReadKey(statement.key));
    if (!absl::StartsWith(text_.substr(at_), close)) return Error("has a header that does not end");
    at_ += close.size();
    return absl::OkStatus();
  }

  absl::Status ReadKeyValue(TomlStatement& statement) {
    RETURN_IF_ERROR(ReadKey(statement.key));
    if (At() != '=') return Error("has no \"=\" behind its key");
    ++at_;
    SkipBlanks();
    statement.value = at_;
    RETURN_IF_ERROR(SkipValue());
    statement.value_end = at_;
    return statement.value == statement.value_end ? Error("has no value") : absl::OkStatus();
  }

  // A dotted key and the blanks around it.
  absl::Status ReadKey(std::vector<std::string>& key) {
    while (true) {
      SkipBlanks();
      const size_t begin = at_;
      if (At() == '"' || At() == '\'') {
        RETURN_IF_ERROR(SkipString());
        key.emplace_back(text_.substr(begin + 1, at_ - begin - 2));
      } else {
        while (IsBareKeyByte(At())) ++at_;
        if (at_ == begin) return Error("has no key where one is needed");
        key.emplace_back(text_.substr(begin, at_ - begin));
      }
      SkipBlanks();
      if (At() != '.') return absl::OkStatus();
      ++at_;
    }
  }

  // A string of any of the four kinds.
  absl::Status SkipString() {
    const char quote = At();
    const std::string three(3, quote);
    const bool many_lines = absl::StartsWith(text_.substr(at_), three);
    const std::string close = many_lines ? three : std::string(1, quote);
    for (at_ += close.size(); at_ < text_.size(); ++at_) {
      if (quote == '"' && At() == '\\') {
        ++at_;
      } else if (!many_lines && At() == '\n') {
        break;
      } else if (absl::StartsWith(text_.substr(at_), close)) {
        at_ += close.size();
        // Up to two quotes may stand right before the closing ones.
        for (int more = 0; many_lines && more < 2 && At() == quote; ++more) ++at_;
        return absl::OkStatus();
      }
    }
    at_ = std::min(at_, text_.size());
    return Error("has a string that does not end");
  }

  absl::Status SkipValue() {
    std::string open;  // closing brackets to come
    while (at_ < text_.size()) {
      const char c = At();
      if (c == '"' || c == '\'') {
        RETURN_IF_ERROR(SkipString());
        continue;
      }
      if (open.empty() && (AtLineEnd() || c == ' ' || c == '\t')) {
        // Dates may have a space inside; what follows other values is found by the caller.
        const bool date = c == ' ' && absl::ascii_isdigit(static_cast<unsigned char>(At(1)));
        if (!date) return absl::OkStatus();
      }
      if (c == '#') {
        NextLine();
        continue;
      }
      if (c == '[' || c == '{') open.push_back(c == '[' ? ']' : '}');
      if (c == ']' || c == '}') {
        if (open.empty() || open.back() != c) return Error("has a bracket that nothing opens");
        open.pop_back();
      }
      ++at_;
    }
    return open.empty() ? absl::OkStatus() : Error("is the end, where a bracket is still open");
  }

  char At(size_t offset) const { return at_ + offset < text_.size() ? text_[at_ + offset] : '\0'; }

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace

absl::StatusOr<std::vector<TomlStatement>> ReadToml(absl::string_view text) { return Reader(text).Read(); }

}  // namespace specrelay
