#include "mcp_agent/doctor/key_checks.h"

#include <sys/stat.h>

#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/doctor/testing/check_matchers.h"
#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using State = Check::State;

constexpr char kGoodKey[] = "srk_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg4aXInI";

class KeyChecksTest : public testing::Test {
 protected:
  Checks Run(const std::string& content, mode_t mode = 0600) {
    dir_.WriteFile("agent.key", content);
    chmod(dir_.Join("agent.key").c_str(), mode);
    Checks checks = CheckKey(dir_.Join("agent.key"), key_);
    for (const Check& check : checks) {
      EXPECT_THAT(absl::StrCat(check.message, check.advice), Not(HasSubstr("0123456789"))) << "a key must not be shown";
    }
    return checks;
  }

  TempDir dir_;
  std::string key_ = "left over";
};

TEST_F(KeyChecksTest, AGoodKeyPasses) {
  EXPECT_THAT(Run(absl::StrCat(kGoodKey, "\n")), ElementsAre(IsOkCheck("key file"), IsOkCheck("key form")));
  EXPECT_EQ(key_, kGoodKey);
}

TEST_F(KeyChecksTest, AFileThatOthersReadOrWriteIsAWarning) {
  EXPECT_THAT(Run(kGoodKey, 0644),
              ElementsAre(IsCheck("key file", State::kWarning, "can read"), IsOkCheck("key form")));
  EXPECT_THAT(Run(kGoodKey, 0620),
              ElementsAre(IsCheck("key file", State::kWarning, "can write"), IsOkCheck("key form")));
}

TEST_F(KeyChecksTest, AKeyThatIsCutOffOrMistypedFails) {
  std::string key = kGoodKey;
  key.pop_back();
  EXPECT_THAT(Run(key), ElementsAre(IsOkCheck("key file"), IsCheck("key form", State::kFailed, "52 characters")));
  EXPECT_EQ(key_, "");
  key = kGoodKey;
  key[20] = 'x';
  EXPECT_THAT(Run(key), ElementsAre(IsOkCheck("key file"), IsCheck("key form", State::kFailed, "checksum")));
}

TEST_F(KeyChecksTest, SomethingElseThanAKeyFails) {
  EXPECT_THAT(Run("password"), ElementsAre(IsOkCheck("key file"), IsCheck("key form", State::kFailed, "srk_")));
  EXPECT_THAT(Run(""), ElementsAre(IsOkCheck("key file"), IsCheck("key form", State::kFailed, "holds no key")));
}

TEST_F(KeyChecksTest, AFileThatIsNotThereFails) {
  EXPECT_THAT(CheckKey(dir_.Join("nowhere"), key_), ElementsAre(IsCheck("key file", State::kSkipped, ""),
                                                                IsCheck("key form", State::kFailed, "cannot read")));
  EXPECT_EQ(key_, "");
}

TEST_F(KeyChecksTest, AKeyFromTheEnvironmentHasNoFile) {
  setenv("SPECRELAY_API_KEY", kGoodKey, 1);
  EXPECT_THAT(CheckKey("", key_),
              ElementsAre(IsCheck("key file", State::kSkipped, "SPECRELAY_API_KEY"), IsOkCheck("key form")));
  EXPECT_EQ(key_, kGoodKey);
  unsetenv("SPECRELAY_API_KEY");
  EXPECT_THAT(CheckKey("", key_),
              ElementsAre(IsCheck("key file", State::kSkipped, ""), IsCheck("key form", State::kFailed, "no key")));
}

}  // namespace
}  // namespace specrelay
