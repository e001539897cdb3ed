#include "mcp_agent/doctor/inotify_checks.h"

#include <cerrno>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/doctor/testing/check_matchers.h"
#include "mcp_agent/tree/testing/temp_dir.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

using State = Check::State;

TEST(InotifyChecksTest, LimitsAreReadFromTheSystem) {
  const TempDir dir;
  dir.WriteFile("max_user_watches", "65536\n");
  dir.WriteFile("max_user_instances", "128\n");
  const InotifyFacts facts = LookAtInotify(dir.path(), dir.path());
  EXPECT_EQ(facts.max_watches, 65536);
  EXPECT_EQ(facts.max_instances, 128);
  EXPECT_EQ(facts.open_error, 0);
}

TEST(InotifyChecksTest, LimitsThatCannotBeReadAreNotMadeUp) {
  const TempDir dir;
  dir.WriteFile("max_user_watches", "many\n");
  const InotifyFacts facts = LookAtInotify(dir.path(), dir.Join("nowhere"));
  EXPECT_EQ(facts.max_watches, absl::nullopt);
  EXPECT_EQ(facts.max_instances, absl::nullopt);
  EXPECT_EQ(facts.open_error, ENOENT);
  EXPECT_THAT(CheckInotify({absl::nullopt, absl::nullopt, 0}, 5),
              IsCheck("inotify", State::kOk, "the limits cannot be read"));
}

TEST(InotifyChecksTest, EnoughWatchesPass) {
  EXPECT_THAT(CheckInotify({65536, 128, 0}, 200), IsCheck("inotify", State::kOk, "200 directories to watch, 65536"));
}

TEST(InotifyChecksTest, FewWatchesAreAWarning) {
  EXPECT_THAT(CheckInotify({8192, 128, 0}, 200), IsCheck("inotify", State::kWarning, "8192"));
}

TEST(InotifyChecksTest, EachFailureNamesItsOwnLimit) {
  const Check instances = CheckInotify({65536, 128, EMFILE}, 1);
  EXPECT_THAT(instances, IsCheck("inotify", State::kFailed, "instance"));
  EXPECT_THAT(instances.advice, HasSubstr("max_user_instances=256"));
  const Check watches = CheckInotify({65536, 128, ENOSPC}, 1);
  EXPECT_THAT(watches, IsCheck("inotify", State::kFailed, "watch"));
  EXPECT_THAT(watches.advice, HasSubstr("max_user_watches=131072"));
  EXPECT_THAT(CheckInotify({65536, 128, EACCES}, 1), IsCheck("inotify", State::kFailed, "cannot be watched"));
}

}  // namespace
}  // namespace specrelay
