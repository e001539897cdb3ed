#include "mcp_agent/setup/systemd_unit.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace specrelay {
namespace {

// What tools/deploy/specrelay-agent@.service has, for the reasons stated there.
constexpr char kRest[] = R"(Restart=always
RestartSec=1
TimeoutStopSec=20

# It has the user's own rights, because jobs start the user's own coding agents; what none of them needs is taken away.
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
KeyringMode=private

[Install]
WantedBy=default.target
)";

}  // namespace

std::string SystemdWord(absl::string_view argument) {
  std::string word = "\"";
  for (const char c : argument) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&word, "\\", absl::string_view(&c, 1));
    } else if (c == '%' || c == '$') {
      word.append(2, c);
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&word, "\\x%02x", static_cast<unsigned>(byte));
    } else {
      word.push_back(c);
    }
  }
  return word + "\"";
}

std::string AgentUnit(const std::string& program, const std::vector<std::string>& arguments) {
  std::string unit = absl::StrCat(kAgentUnitMark,
                                  ", which overwrites it; settings of your own belong into\n"
                                  "# systemctl --user edit specrelay-agent\n"
                                  "[Unit]\nDescription=SpecRelay agent\n\n[Service]\nType=exec\nExecStart=",
                                  SystemdWord(program));
  for (const std::string& argument : arguments) absl::StrAppend(&unit, " \\\n  ", SystemdWord(argument));
  return absl::StrCat(unit, "\n", kRest);
}

}  // namespace specrelay
