#include "mcp_agent/specs/names.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(NamesTest, OrdinaryNamesAreAccepted) {
  const std::vector<std::string> names = {
      "a",
      "user-auth",
      "User Auth 2",
      "requirements.md",
      "a.b",
      "a..b",
      "trailing.",
      "~tilde",
      "-dash",
      "$(x)",
      "größe",
      "仕様",
      "🚀",
      "e\xCC\x81",
      "C:",
      "CON",
      std::string(kMaxNameBytes, 'x'),
  };
  for (const std::string& name : names) EXPECT_THAT(CheckName("spec name", name), IsOk()) << name;
}

TEST(NamesTest, EachFaultIsNamed) {
  const struct {
    std::string name;
    std::string fault;
  } kCases[] = {
      {"", "is empty"},
      {std::string(kMaxNameBytes + 1, 'x'), "has 129 bytes"},
      {std::string(100000, 'x'), "has 100000 bytes"},
      {".", "starts with a dot"},
      {"..", "starts with a dot"},
      {"...", "starts with a dot"},
      {".hidden", "starts with a dot"},
      {".specrelay", "starts with a dot"},
      {"a/b", "path separator"},
      {"/etc/passwd", "path separator"},
      {"../x", "path separator"},
      {"a/", "path separator"},
      {"a\\b", "path separator"},
      {"..\\x", "path separator"},
      {std::string("a\0b", 3), "NUL"},
      {std::string("\0", 1), "NUL"},
      {"a\nb", "control character"},
      {"a\r", "control character"},
      {"\t", "control character"},
      {"\x1b[31m", "control character"},
      {"\x7f", "control character"},
      {"a\xC2\x80", "control character"},
      {"a\xC2\x9F", "control character"},
      {"a\xFF", "UTF-8"},
      {"\xC0\xAE\xC0\xAE", "UTF-8"},
      {"a\xC0\xAF"
       "b",
       "UTF-8"},
      {"\xED\xA0\x80", "UTF-8"},
      {"\xE2\x82", "UTF-8"},
      {"a\xC2", "UTF-8"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(CheckName("spec name", c.name),
                IsStatus(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("the spec name"), HasSubstr(c.fault))));
  }
}

TEST(NamesTest, NoBreakSpaceIsNotTakenForAControlCharacter) {
  EXPECT_THAT(CheckName("spec name",
                        "a\xC2\xA0"
                        "b"),
              IsOk());
}

TEST(NamesTest, TheMessageSaysWhatIsAllowedAndStaysShort) {
  const absl::Status status = CheckName("approval id", std::string(100000, 'x'));
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("approval id"), HasSubstr("1 to 128 bytes")));
  EXPECT_LT(status.message().size(), 500u);
}

}  // namespace
}  // namespace specrelay
