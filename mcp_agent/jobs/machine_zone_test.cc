#include "mcp_agent/jobs/machine_zone.h"

#include <unistd.h>

#include <string>

#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {
namespace {

class MachineZoneTest : public testing::Test {
 protected:
  std::string Link(const std::string& target) {
    const std::string link = directory_.path() + "/localtime";
    EXPECT_EQ(symlink(target.c_str(), link.c_str()), 0);
    return link;
  }

  const TempDir directory_;
};

TEST_F(MachineZoneTest, IsTheOneThatTheLinkNames) {
  EXPECT_EQ(MachineZone("", Link("/usr/share/zoneinfo/Europe/Berlin")).name(), "Europe/Berlin");
}

TEST_F(MachineZoneTest, IsRatherTheOneOfTheEnvironment) {
  const std::string link = Link("/usr/share/zoneinfo/Europe/Berlin");
  EXPECT_EQ(MachineZone("Asia/Tokyo", link).name(), "Asia/Tokyo");
  EXPECT_EQ(MachineZone(":Asia/Tokyo", link).name(), "Asia/Tokyo");
}

TEST_F(MachineZoneTest, IsTheLocalOneWhereNothingNamesAnother) {
  EXPECT_EQ(MachineZone("", directory_.path() + "/missing"), absl::LocalTimeZone());
  EXPECT_EQ(MachineZone("", Link("/elsewhere/Europe/Berlin")), absl::LocalTimeZone());
  EXPECT_EQ(MachineZone("Nowhere/Atlantis", directory_.path() + "/missing"), absl::LocalTimeZone());
}

TEST_F(MachineZoneTest, ANameThatMeansSomethingHereAloneIsNotTold) {
  absl::TimeZone berlin;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &berlin));
  EXPECT_EQ(PublicZoneName(berlin), "Europe/Berlin");
  EXPECT_EQ(PublicZoneName(absl::UTCTimeZone()), "UTC");
  absl::TimeZone path;
  ASSERT_TRUE(absl::LoadTimeZone("/usr/share/zoneinfo/Europe/Berlin", &path));
  EXPECT_EQ(PublicZoneName(path), "");
}

}  // namespace
}  // namespace specrelay
