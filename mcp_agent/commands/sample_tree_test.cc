// The commands on a tree that existing tools have written.
#include <string>

#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/commands/testing/sample_project.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class SampleTreeTest : public ::testing::Test {
 protected:
  const SampleProject project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(SampleTreeTest, ProjectInfoCountsSpecsAndFindsTheSteeringDocuments) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"projectInfo": {}})"));
  EXPECT_EQ(result.project_info().spec_count(), 1);
  EXPECT_EQ(result.project_info().archived_spec_count(), 1);
  EXPECT_TRUE(result.project_info().steering().product());
  EXPECT_TRUE(result.project_info().steering().tech());
  EXPECT_FALSE(result.project_info().steering().structure());
}

TEST_F(SampleTreeTest, SpecsReadAsRecorded) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult list, harness_.Execute(R"({"specList": {}})"));
  ASSERT_EQ(list.spec_list().specs_size(), 1);
  const v1::SpecSummary& spec = list.spec_list().specs(0);
  EXPECT_EQ(spec.name(), "user-auth");
  EXPECT_EQ(spec.display_name(), "User Auth");
  EXPECT_TRUE(spec.requirements().exists() && spec.design().exists() && spec.tasks().exists());
  EXPECT_EQ(spec.task_summary().total(), 3);
  EXPECT_EQ(spec.task_summary().completed(), 2);

  ASSERT_OK_AND_ASSIGN(const v1::CommandResult read, harness_.Execute(R"({"specRead": {"name": "user-auth"}})"));
  EXPECT_EQ(read.spec_read().design().content(), "# Design\n\nChanged.\n");
  EXPECT_THAT(read.spec_read().requirements().content(), HasSubstr("Sessions expire after 24 hours."));

  ASSERT_OK_AND_ASSIGN(const v1::CommandResult archived, harness_.Execute(R"({"specArchivedList": {}})"));
  ASSERT_EQ(archived.spec_archived_list().specs_size(), 1);
  EXPECT_EQ(archived.spec_archived_list().specs(0).display_name(), "Old Thing");
  EXPECT_FALSE(archived.spec_archived_list().specs(0).design().exists());
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult old, harness_.Execute(R"({"specArchivedRead": {"name": "old-thing"}})"));
  EXPECT_EQ(old.spec_archived_read().requirements().content(), "# Requirements\n\nOld.\n");
}

TEST_F(SampleTreeTest, TasksMoveOnAndEverythingElseStays) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "2",
                                            "status": "TASK_STATUS_COMPLETED"}})"));
  EXPECT_EQ(result.task_status_update().previous_status(), v1::TASK_STATUS_IN_PROGRESS);
  EXPECT_EQ(project_.ReadFile(".spec-context/specs/user-auth/tasks.md"),
            "# Tasks\n\n- [x] 1. Create session store\n  - File: src/session.ts\n  - _Requirements: 1.1_\n"
            "- [x] 2. Add login endpoint\n  - _Leverage: src/session.ts_\n- [x] 3. Write docs\n");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult progress,
                       harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"));
  EXPECT_EQ(progress.task_progress().progress_percent(), 100);
  EXPECT_EQ(progress.task_progress().in_progress_task_id(), "");
}

TEST_F(SampleTreeTest, ArchivingTakesTheImplementationLogsAlong) {
  const std::string log = "Implementation Logs/task-1_2026-11-21T0222_0f1c9335.md";
  const std::string content = project_.ReadFile(".spec-context/specs/user-auth/" + log);
  ASSERT_THAT(harness_.Execute(R"({"specArchive": {"name": "user-auth"}})"), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/archive/specs/user-auth/" + log), content);
}

TEST_F(SampleTreeTest, AnyFileOfTheTreeCanBeRead) {
  ASSERT_OK_AND_ASSIGN(
      const v1::CommandResult result,
      harness_.Execute(
          R"({"fileRead": {"path": "approvals/user-auth/.snapshots/requirements.md/snapshot-001.json"}})"));
  EXPECT_THAT(result.file_read().content(), HasSubstr("\"version\": 1"));
}

}  // namespace
}  // namespace specrelay
