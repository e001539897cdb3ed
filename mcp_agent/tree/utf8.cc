#include "mcp_agent/tree/utf8.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr size_t kMaxQuotedBytes = 200;

bool IsContinuation(unsigned char byte) { return (byte & 0xC0) == 0x80; }

// How much of the start of `text` is ASCII, in whole words: most documents are nothing else.
size_t AsciiPrefix(absl::string_view text) {
  size_t length = 0;
  for (uint64_t word; length + sizeof(word) <= text.size(); length += sizeof(word)) {
    std::memcpy(&word, text.data() + length, sizeof(word));
    if ((word & 0x8080808080808080) != 0) break;
  }
  return length;
}

// Length of the well-formed sequence at the start of `text` (not empty), or 0. The ranges of the second byte are those
// of table 3-7 of the Unicode standard; they are what keeps out overlong forms and surrogates.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (text.size() < length) return 0;
  const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (size_t i = 2; i < length; ++i) {
    if (!IsContinuation(byte(i))) return 0;
  }
  return length;
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiPrefix(text));
    if (text.empty()) break;
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ReplaceInvalidUtf8(absl::string_view text) {
  if (IsValidUtf8(text)) return std::string(text);
  std::string valid;
  valid.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    absl::StrAppend(&valid, length == 0 ? "\xEF\xBF\xBD" : text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

std::string Quoted(absl::string_view text) {
  const bool valid = IsValidUtf8(text);
  absl::string_view shown = text.substr(0, kMaxQuotedBytes);
  if (valid && shown.size() < text.size()) {
    while (!shown.empty() && IsContinuation(text[shown.size()])) shown.remove_suffix(1);
  }
  return absl::StrCat("'", valid ? absl::Utf8SafeCEscape(shown) : absl::CEscape(shown),
                      shown.size() < text.size() ? "…'" : "'");
}

}  // namespace specrelay
