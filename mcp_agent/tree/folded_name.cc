#include "mcp_agent/tree/folded_name.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t length = 0;
};

// The code point at the start of `text`, which is not empty. What is not well-formed is a byte of its own.
CodePoint First(absl::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
  if (length == 1 || text.size() < length) return {lead, 1};
  uint32_t value = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {lead, 1};
    value = (value << 6) | (byte & 0x3F);
  }
  return {value, length};
}

// Unicode's Default_Ignorable_Code_Point.
bool IsIgnorable(uint32_t value) {
  static constexpr struct {
    uint32_t first;
    uint32_t last;
  } kRanges[] = {
      {0x00AD, 0x00AD}, {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F},
      {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
      {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFF8}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
  };
  return std::any_of(std::begin(kRanges), std::end(kRanges),
                     [value](const auto& range) { return value >= range.first && value <= range.last; });
}

}  // namespace

std::string FoldedName(absl::string_view name) {
  std::string folded;
  folded.reserve(name.size());
  while (!name.empty()) {
    const CodePoint first = First(name);
    if (first.length == 1) {
      folded.push_back(absl::ascii_tolower(static_cast<unsigned char>(name[0])));
    } else if (first.value == 0x017F) {
      folded.push_back('s');
    } else if (first.value == 0x212A) {
      folded.push_back('k');
    } else if (!IsIgnorable(first.value)) {
      absl::StrAppend(&folded, name.substr(0, first.length));
    }
    name.remove_prefix(first.length);
  }
  return folded;
}

}  // namespace specrelay
