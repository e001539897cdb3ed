#include "mcp_agent/specs/names.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

// U+0080 to U+009F are controls too; in UTF-8 they are C2 80 to C2 9F.
bool HasControlCharacter(absl::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const unsigned char byte = name[i];
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xA0) return true;
  }
  return false;
}

// What is wrong with `name`, or "".
std::string FindFault(absl::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxNameBytes) return absl::StrCat("has ", name.size(), " bytes");
  if (!IsValidUtf8(name)) return "is not valid UTF-8";
  if (name.find('\0') != absl::string_view::npos) return "has a NUL character";
  if (HasControlCharacter(name)) return "has a control character";
  if (name.find_first_of("/\\") != absl::string_view::npos) return "has a path separator";
  if (name[0] == '.') return "starts with a dot";
  return "";
}

}  // namespace

absl::Status CheckName(absl::string_view kind, absl::string_view name) {
  const std::string fault = FindFault(name);
  if (fault.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the ", kind, " ", Quoted(name), " ", fault, "; a name has 1 to ", kMaxNameBytes,
                   " bytes of UTF-8, no \"/\" or \"\\\", no control characters, and does not start with a dot"));
}

}  // namespace specrelay
