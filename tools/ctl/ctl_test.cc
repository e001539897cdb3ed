#include "tools/ctl/ctl.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tools/ctl/testing/ctl_runner.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(CtlTest, HelpNamesEverySubcommand) {
  const CtlResult result = Ctl(CtlOptions(), {"help"});
  EXPECT_EQ(result.exit_code, 0);
  for (const char* name : {"key create", "key list", "key revoke", "projects", "agents", "exec", "submit", "wait",
                           "watch", "doctor", "commands", "audit verify", "help"}) {
    EXPECT_THAT(result.out, HasSubstr(std::string("\n  ") + name));
  }
}

TEST(CtlTest, NoOrAnUnknownSubcommandPointsToHelp) {
  for (const std::vector<std::string>& args : {std::vector<std::string>(), {"exce"}, {""}}) {
    const CtlResult result = Ctl(CtlOptions(), args);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr("specrelay_ctl help"));
    EXPECT_EQ(result.ErrJson()["code"], "USAGE");
  }
}

}  // namespace
}  // namespace specrelay
