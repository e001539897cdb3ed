#include "mcp_agent/policy/agent_policy.h"

#include <string>
#include <vector>

#include "mcp_agent/tree/tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

EnforcedPolicy ReadableRoots(const std::vector<std::string>& roots) {
  v1::AgentPolicy policy;
  policy.set_project_readable(true);
  for (const std::string& root : roots) policy.add_readable_roots(root);
  return EnforcedPolicy(policy);
}

TEST(EnforcedPolicyTest, StatesTheDefaultLimitWhereTheOwnerStatesNone) {
  EXPECT_EQ(EnforcedPolicy(v1::AgentPolicy()).max_file_bytes(), kDefaultMaxFileBytes);
  v1::AgentPolicy negative;
  negative.set_max_file_bytes(-1);
  EXPECT_EQ(EnforcedPolicy(negative).in_force().max_file_bytes(), kDefaultMaxFileBytes);
}

TEST(EnforcedPolicyTest, RefusesContentOverTheLimitAndNamesIt) {
  v1::AgentPolicy stated;
  stated.set_max_file_bytes(1000);
  const EnforcedPolicy policy(stated);
  EXPECT_THAT(policy.CheckWriteSize("a.md", 1000), IsOk());
  EXPECT_THAT(policy.CheckWriteSize("a.md", 1001),
              IsStatus(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr("a.md"), HasSubstr("1001"), HasSubstr("max_file_bytes is 1000"))));
}

TEST(EnforcedPolicyTest, ByDefaultTheProjectCannotBeRead) {
  EXPECT_THAT(EnforcedPolicy(v1::AgentPolicy()).CheckProjectRead("src/a.cc"),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));
  v1::AgentPolicy only_roots;
  only_roots.add_readable_roots("src");
  EXPECT_THAT(EnforcedPolicy(only_roots).CheckProjectRead("src/a.cc"), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(EnforcedPolicyTest, WithoutRootsTheWholeProjectCanBeRead) {
  EXPECT_THAT(ReadableRoots({}).CheckProjectRead("anything/at/all"), IsOk());
}

TEST(EnforcedPolicyTest, RootsOpenWhatIsBelowThemHoweverTheyAreWritten) {
  for (const char* root : {"src", "src/", "./src", "./src//", "././src"}) {
    const EnforcedPolicy policy = ReadableRoots({"docs", root});
    EXPECT_THAT(policy.CheckProjectRead("src/a.cc"), IsOk()) << root;
    EXPECT_THAT(policy.CheckProjectRead("docs/deep/b.md"), IsOk()) << root;
    for (const char* path : {"srcs/a.cc", "src-secret", "sr", "a/src/b", "", "README.md"}) {
      EXPECT_THAT(policy.CheckProjectRead(path), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("docs, ")))
          << root << " " << path;
    }
  }
  EXPECT_THAT(ReadableRoots({"."}).CheckProjectRead("src/a.cc"), IsOk());
  EXPECT_THAT(ReadableRoots({"./"}).CheckProjectRead("src/a.cc"), IsOk());
}

TEST(EnforcedPolicyTest, ARootThatIsAMistakeOpensNothing) {
  for (const char* root : {"", "/", "/src", ".."}) {
    EXPECT_THAT(ReadableRoots({root}).CheckProjectRead("src/a.cc"), HasCode(absl::StatusCode::kPermissionDenied))
        << root;
  }
}

}  // namespace
}  // namespace specrelay
