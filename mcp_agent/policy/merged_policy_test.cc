#include "mcp_agent/policy/merged_policy.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr int64_t kDefaultBytes = int64_t{64} << 20;

// The command line, the machine and the project, in this order.
v1::AgentPolicy Merge(absl::string_view machine, absl::string_view project, bool allow_project_read = false) {
  v1::AgentPolicy stated;
  stated.set_project_readable(allow_project_read);
  std::vector<std::string> warnings;
  PolicyLayer of_machine;
  PolicyLayer of_project;
  of_project.only_restricts = true;
  return MergePolicy({LayerOf("the command line", stated), ParsePolicyLayer(of_machine, machine, warnings),
                      ParsePolicyLayer(of_project, project, warnings)});
}

TEST(MergedPolicyTest, WhereNothingIsStatedDefaultsHold) {
  const v1::AgentPolicy policy = Merge("{}", "{}");
  EXPECT_FALSE(policy.read_only());
  EXPECT_THAT(policy.allowed_commands(), IsEmpty());
  EXPECT_EQ(policy.max_file_bytes(), kDefaultBytes);
  EXPECT_FALSE(policy.project_readable());
  EXPECT_THAT(policy.readable_roots(), IsEmpty());
  EXPECT_THAT(policy.deciding_accounts(), IsEmpty());
}

TEST(MergedPolicyTest, ReadOnlyOfOneIsEnough) {
  EXPECT_TRUE(Merge(R"({"readOnly":true})", R"({"readOnly":false})").read_only());
  EXPECT_TRUE(Merge(R"({"readOnly":false})", R"({"readOnly":true})").read_only());
  EXPECT_FALSE(Merge(R"({"readOnly":false})", "{}").read_only());
}

TEST(MergedPolicyTest, OneListOfCommandsStaysAsItWasWritten) {
  EXPECT_THAT(Merge(R"({"allowedCommands":["spec-*","future-*"]})", "{}").allowed_commands(),
              ElementsAre("spec-*", "future-*"));
}

TEST(MergedPolicyTest, TwoListsOfCommandsBecomeTheCommandsOfBoth) {
  EXPECT_THAT(Merge(R"({"allowedCommands":["spec-*","job-*"]})", R"({"allowedCommands":["*-list","*-read"]})")
                  .allowed_commands(),
              UnorderedElementsAre("spec-list", "spec-read", "spec-archived-list", "spec-archived-read", "job-list"));
}

TEST(MergedPolicyTest, ListsWithNothingInCommonAllowNothingAndNotEverything) {
  const v1::AgentPolicy policy = Merge(R"({"allowedCommands":["spec-*"],"decidingAccounts":["a"]})",
                                       R"({"allowedCommands":["job-*"],"decidingAccounts":["b"]})");
  EXPECT_THAT(policy.allowed_commands(), ElementsAre("(none)"));
  EXPECT_THAT(policy.deciding_accounts(), ElementsAre("(none)"));
  EXPECT_THAT(Merge(R"({"allowedCommands":[]})", "{}").allowed_commands(), ElementsAre("(none)"));
}

TEST(MergedPolicyTest, TheSmallerLimitHolds) {
  EXPECT_EQ(Merge(R"({"maxFileBytes":1000})", R"({"maxFileBytes":2000})").max_file_bytes(), 1000);
  EXPECT_EQ(Merge(R"({"maxFileBytes":2000})", R"({"maxFileBytes":1000})").max_file_bytes(), 1000);
  EXPECT_EQ(Merge("{}", R"({"maxFileBytes":1000})").max_file_bytes(), 1000);
  EXPECT_EQ(Merge(R"({"maxFileBytes":100000000})", "{}").max_file_bytes(), 100'000'000);
}

TEST(MergedPolicyTest, TheProjectCannotRaiseTheLimit) {
  EXPECT_EQ(Merge("{}", R"({"maxFileBytes":100000000})").max_file_bytes(), kDefaultBytes);
}

TEST(MergedPolicyTest, OnlyTheMachineAndTheCommandLineOpenTheProjectAndEachCanCloseIt) {
  EXPECT_TRUE(Merge("{}", "{}", true).project_readable());
  EXPECT_TRUE(Merge(R"({"projectReadable":true})", "{}").project_readable());
  EXPECT_TRUE(Merge(R"({"projectReadable":true})", R"({"projectReadable":true})").project_readable());
  EXPECT_FALSE(Merge("{}", R"({"projectReadable":true})").project_readable());
  EXPECT_FALSE(Merge("{}", R"({"projectReadable":false})", true).project_readable());
  EXPECT_FALSE(Merge(R"({"projectReadable":true})", R"({"projectReadable":false})").project_readable());
  EXPECT_FALSE(Merge(R"({"projectReadable":false})", "{}", true).project_readable());
}

TEST(MergedPolicyTest, RootsAreThoseThatLieWithinOnesOfBoth) {
  EXPECT_THAT(
      Merge(R"({"readableRoots":["src/","docs"]})", R"({"readableRoots":["./src/api","docs","x"]})").readable_roots(),
      UnorderedElementsAre("src/api", "docs"));
  EXPECT_THAT(Merge(R"({"readableRoots":["."]})", R"({"readableRoots":["src"]})").readable_roots(), ElementsAre("src"));
  EXPECT_THAT(Merge(R"({"readableRoots":["src"]})", "{}").readable_roots(), ElementsAre("src"));
}

TEST(MergedPolicyTest, RootsWithNothingInCommonCloseTheProject) {
  const v1::AgentPolicy policy = Merge(R"({"readableRoots":["src"]})", R"({"readableRoots":["srcs","/",""]})", true);
  EXPECT_FALSE(policy.project_readable());
  EXPECT_FALSE(Merge(R"({"readableRoots":[]})", "{}", true).project_readable());
}

TEST(MergedPolicyTest, AccountsAreThoseOfBoth) {
  EXPECT_THAT(Merge(R"({"decidingAccounts":["a","b"]})", R"({"decidingAccounts":["b","c"]})").deciding_accounts(),
              ElementsAre("b"));
}

TEST(MergedPolicyTest, ADamagedFileForbidsAllButReadingTheTree) {
  for (const v1::AgentPolicy& policy :
       {Merge("{", R"({"projectReadable":true})", true), Merge(R"({"projectReadable":true})", "{", true)}) {
    EXPECT_TRUE(policy.read_only());
    EXPECT_FALSE(policy.project_readable());
  }
}

}  // namespace
}  // namespace specrelay
