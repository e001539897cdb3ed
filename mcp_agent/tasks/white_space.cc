#include "mcp_agent/tasks/white_space.h"

namespace specrelay {
namespace {

bool IsAscii(unsigned char byte) { return byte < 0x80; }

bool IsAsciiSpace(unsigned char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

// Whether the three bytes are one of the white-space characters that take three.
bool IsThreeByteSpace(unsigned char a, unsigned char b, unsigned char c) {
  if (a == 0xE2 && b == 0x80) return (c >= 0x80 && c <= 0x8A) || c == 0xA8 || c == 0xA9 || c == 0xAF;
  return (a == 0xE1 && b == 0x9A && c == 0x80) || (a == 0xE2 && b == 0x81 && c == 0x9F) ||
         (a == 0xE3 && b == 0x80 && c == 0x80) || (a == 0xEF && b == 0xBB && c == 0xBF);
}

// Whether `character`, of two or three bytes, is white space.
bool IsWideSpace(absl::string_view character) {
  const auto byte = [character](size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 2) return byte(0) == 0xC2 && byte(1) == 0xA0;
  return IsThreeByteSpace(byte(0), byte(1), byte(2));
}

size_t SpaceAtEnd(absl::string_view text) {
  if (text.empty()) return 0;
  if (IsAscii(text.back())) return IsAsciiSpace(text.back());
  for (size_t size = 2; size <= 3 && size <= text.size(); ++size) {
    if (IsWideSpace(text.substr(text.size() - size))) return size;
  }
  return 0;
}

}  // namespace

size_t SpaceAtStart(absl::string_view text) {
  if (text.empty()) return 0;
  if (IsAscii(text.front())) return IsAsciiSpace(text.front());
  for (size_t size = 2; size <= 3 && size <= text.size(); ++size) {
    if (IsWideSpace(text.substr(0, size))) return size;
  }
  return 0;
}

absl::string_view SkipSpace(absl::string_view text) {
  while (const size_t size = SpaceAtStart(text)) text.remove_prefix(size);
  return text;
}

absl::string_view TrimSpace(absl::string_view text) {
  text = SkipSpace(text);
  while (const size_t size = SpaceAtEnd(text)) text.remove_suffix(size);
  return text;
}

}  // namespace specrelay
