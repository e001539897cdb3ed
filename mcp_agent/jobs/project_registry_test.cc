#include "mcp_agent/jobs/project_registry.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Code = absl::StatusCode;

class ProjectRegistryTest : public testing::Test {
 protected:
  FakeClock clock_;
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  ProjectRegistry registry_{tree_, ledger_, clock_};
};

TEST_F(ProjectRegistryTest, HasNoProjectsAtFirst) { EXPECT_THAT(registry_.Paths().value(), IsEmpty()); }

TEST_F(ProjectRegistryTest, HasTheLatestServedFirst) {
  for (const char* path : {"/a", "/b", "/c"}) {
    ASSERT_THAT(registry_.Touch(path), IsOk());
    clock_.Advance(absl::Hours(2));
  }
  ASSERT_THAT(registry_.Touch("/a"), IsOk());
  EXPECT_THAT(registry_.Paths().value(), ElementsAre("/a", "/c", "/b"));
}

TEST_F(ProjectRegistryTest, WritesOnceAnHourAtMost) {
  ASSERT_THAT(registry_.Touch("/a"), IsOk());
  const int changes = tree_.changes();
  clock_.Advance(absl::Minutes(59));
  ASSERT_THAT(registry_.Touch("/a"), IsOk());
  EXPECT_EQ(tree_.changes(), changes);
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(registry_.Touch("/a"), IsOk());
  EXPECT_GT(tree_.changes(), changes);
}

TEST_F(ProjectRegistryTest, ForgetsWhatNobodyServesAnyMore) {
  ASSERT_THAT(registry_.Touch("/old"), IsOk());
  clock_.Advance(absl::Hours(24 * 181));
  ASSERT_THAT(registry_.Touch("/new"), IsOk());
  EXPECT_THAT(registry_.Paths().value(), ElementsAre("/new"));
}

TEST_F(ProjectRegistryTest, HoldsAThousandProjects) {
  nlohmann::ordered_json json;
  for (int i = 0; i < 1000; ++i) {
    json["projects"].push_back({{"path", absl::StrCat("/p", i)}, {"lastServed", "2023-11-14T00:00:00.000Z"}});
  }
  tree_.Put("served-projects.json", json.dump());
  ASSERT_THAT(registry_.Touch("/new"), IsOk());
  EXPECT_EQ(registry_.Paths()->size(), 1000U);
  EXPECT_EQ(registry_.Paths()->front(), "/new");
}

TEST_F(ProjectRegistryTest, RefusesWhatIsNoAbsolutePath) {
  for (const char* path : {"", "a/b", "/\xff"}) EXPECT_THAT(registry_.Touch(path), HasCode(Code::kInvalidArgument));
}

TEST_F(ProjectRegistryTest, LeavesADamagedFileAlone) {
  tree_.Put("served-projects.json", "{");
  EXPECT_THAT(registry_.Paths(), IsStatus(Code::kFailedPrecondition, HasSubstr("served-projects.json")));
  EXPECT_THAT(registry_.Touch("/a"), HasCode(Code::kFailedPrecondition));
  EXPECT_EQ(tree_.Read("served-projects.json", 100)->bytes, "{");
}

}  // namespace
}  // namespace specrelay
