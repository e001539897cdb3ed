// The project command, through the executor on a real tree.
#include "mcp_agent/commands/project_commands.h"

#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

constexpr char kProjectInfo[] = R"({"projectInfo": {}})";

TEST(ProjectCommandsTest, InfoDescribesTheProjectAndItsTree) {
  const TempDir project;
  project.WriteFile(".spec-context/specs/a/design.md", "x");
  project.MakeDirectory(".spec-context/specs/b");
  project.WriteFile(".spec-context/specs/README.md", "no spec");
  project.WriteFile(".spec-context/archive/specs/c/design.md", "x");
  project.WriteFile(".spec-context/steering/product.md", "x");
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(1234);
  ExecutorHarness harness(project.path(), policy);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness.Execute(kProjectInfo));
  const v1::ProjectInfoResponse& info = result.project_info();
  EXPECT_EQ(info.project().project_id(), HarnessProject().project_id());
  EXPECT_EQ(info.project().path(), project.path());
  EXPECT_EQ(info.machine().SerializeAsString(), HarnessMachine().SerializeAsString());
  EXPECT_EQ(info.agent_version(), kVersion);
  EXPECT_TRUE(info.tree_exists());
  EXPECT_EQ(info.spec_count(), 2);
  EXPECT_EQ(info.archived_spec_count(), 1);
  EXPECT_TRUE(info.steering().exists());
  EXPECT_TRUE(info.steering().product());
  EXPECT_FALSE(info.steering().tech());
  EXPECT_EQ(info.policy().max_file_bytes(), 1234);
}

TEST(ProjectCommandsTest, InfoWorksWithoutATreeAndCreatesNone) {
  const TempDir project;
  ExecutorHarness harness(project.path());
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness.Execute(kProjectInfo));
  EXPECT_EQ(result.project_info().project().name(), HarnessProject().name());
  EXPECT_FALSE(result.project_info().tree_exists());
  EXPECT_FALSE(result.project_info().steering().exists());
  EXPECT_EQ(result.project_info().spec_count(), 0);
  EXPECT_FALSE(project.Exists(".spec-context"));
}

}  // namespace
}  // namespace specrelay
