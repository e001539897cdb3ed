// Every recorded task vector, through a real server and a real agent.

#include "tests/support/task_vectors.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"
#include "tests/support/task_json.h"

namespace specrelay {
namespace {

class TaskVectorsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_dir_ = cluster_->Path("project");
    ASSERT_THAT(cluster_->StartAgent(project_dir_, "p1"), IsOk());
  }

  std::string TasksFile() const { return project_dir_ + "/.spec-context/specs/vector/tasks.md"; }

  std::unique_ptr<Cluster> cluster_;
  std::string project_dir_;
};

TEST_F(TaskVectorsTest, TaskProgressGivesWhatWasRecorded) {
  Client user = cluster_->User();
  int compared = 0;
  for (const TaskVector& vector : LoadTaskVectors()) {
    WriteFileOrDie(TasksFile(), vector.document);
    ASSERT_OK_AND_ASSIGN(const v1::ExecuteResponse response,
                         user.Execute("p1", R"({"taskProgress":{"specName":"vector"}})"));
    EXPECT_EQ(TaskProgressToJson(response.result().task_progress()), vector.expected) << vector.name;
    ++compared;
  }
  EXPECT_GE(compared, 20);
  RecordProperty("compared", compared);
}

TEST_F(TaskVectorsTest, TaskStatusUpdateLeavesTheDocumentThatWasRecorded) {
  Client user = cluster_->User();
  int compared = 0;
  for (const TaskUpdateVector& vector : LoadTaskUpdateVectors()) {
    WriteFileOrDie(TasksFile(), vector.document);
    v1::ExecuteRequest request;
    request.set_project_id("p1");
    v1::TaskStatusUpdateRequest& update = *request.mutable_command()->mutable_task_status_update();
    update.set_spec_name("vector");
    update.set_task_id(vector.task_id);
    update.set_status(vector.status);
    update.set_reason(vector.reason);
    EXPECT_THAT(user.Execute(request), IsOk()) << vector.name;
    EXPECT_EQ(ReadFileOrDie(TasksFile()), vector.expected) << vector.name;
    ++compared;
  }
  EXPECT_GE(compared, 112);
  RecordProperty("compared", compared);
}

}  // namespace
}  // namespace specrelay
