// The task commands, through the executor on a real tree.
#include "mcp_agent/specs/task_store.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"
#include "tests/support/task_json.h"
#include "tests/support/task_vectors.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kTasks[] =
    "# Tasks\r\n\r\n- [x] 1. Create session store\r\n  - File: src/session.ts\r\n- [-] 2. Add login endpoint\r\n"
    "  - _Leverage: src/session.ts_\r\n- [ ] 3. Write docs";

v1::Command StatusUpdate(absl::string_view task_id, v1::TaskStatus status, absl::string_view reason = "") {
  v1::Command command;
  v1::TaskStatusUpdateRequest& update = *command.mutable_task_status_update();
  update.set_spec_name("user-auth");
  update.set_task_id(std::string(task_id));
  update.set_status(status);
  update.set_reason(std::string(reason));
  return command;
}

class TaskStoreTest : public ::testing::Test {
 protected:
  static constexpr char kPath[] = ".spec-context/specs/user-auth/tasks.md";

  void PutTasks(absl::string_view bytes) { project_.WriteFile(kPath, bytes); }
  std::string GetTasks() { return project_.ReadFile(kPath); }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(TaskStoreTest, ProgressTellsTheTasksAndHowFarTheyAre) {
  PutTasks(kTasks);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"));
  const v1::TaskProgressResponse& progress = result.task_progress();
  ASSERT_EQ(progress.tasks_size(), 3);
  EXPECT_EQ(progress.tasks(0).description(), "Create session store");
  EXPECT_EQ(progress.tasks(2).id(), "3");
  EXPECT_EQ(progress.summary().total(), 3);
  EXPECT_EQ(progress.summary().completed(), 1);
  EXPECT_EQ(progress.in_progress_task_id(), "2");
  EXPECT_EQ(progress.progress_percent(), 33.33333333333333);  // The very double of the recorded contract.
  EXPECT_EQ(progress.version().hash(), Sha256Hex(kTasks));
  EXPECT_TRUE(progress.version().has_last_modified());
}

TEST_F(TaskStoreTest, ProgressOfASpecWithoutTasksIsEmpty) {
  project_.MakeDirectory(".spec-context/specs/user-auth");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"));
  EXPECT_EQ(result.task_progress().tasks_size(), 0);
  EXPECT_TRUE(result.task_progress().has_summary());
  EXPECT_EQ(result.task_progress().summary().total(), 0);
  EXPECT_EQ(result.task_progress().progress_percent(), 0);
  EXPECT_FALSE(result.task_progress().has_version());
}

TEST_F(TaskStoreTest, AnUpdateChangesTheCheckboxAndNothingElse) {
  PutTasks(kTasks);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(StatusUpdate("3", v1::TASK_STATUS_IN_PROGRESS)));
  std::string expected = kTasks;
  expected.replace(expected.find("[ ] 3."), 3, "[-]");
  EXPECT_EQ(GetTasks(), expected);
  const v1::TaskStatusUpdateResponse& update = result.task_status_update();
  EXPECT_TRUE(update.changed());
  EXPECT_EQ(update.previous_status(), v1::TASK_STATUS_PENDING);
  EXPECT_EQ(update.task().id(), "3");
  EXPECT_EQ(update.task().status(), v1::TASK_STATUS_IN_PROGRESS);
  EXPECT_EQ(update.version().hash(), Sha256Hex(expected));
  EXPECT_EQ(FromProto(update.updated_at()), FromProto(update.version().last_modified()));
}

TEST_F(TaskStoreTest, AnUpdateThatTheDocumentSaysAlreadyWritesNothing) {
  PutTasks(kTasks);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_COMPLETED)));
  EXPECT_FALSE(result.task_status_update().changed());
  EXPECT_FALSE(result.task_status_update().has_updated_at());
  EXPECT_EQ(result.task_status_update().task().status(), v1::TASK_STATUS_COMPLETED);
  EXPECT_EQ(result.task_status_update().version().hash(), Sha256Hex(kTasks));
  EXPECT_EQ(harness_.tree().calls("Stage"), 0);
  EXPECT_EQ(GetTasks(), kTasks);
}

TEST_F(TaskStoreTest, ABlockedTaskSaysWhy) {
  PutTasks("- [ ] 1. One\n- [ ] 2. Two\n");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_BLOCKED, "needs a key")));
  EXPECT_EQ(result.task_status_update().task().blocked_reason(), "needs a key");
  EXPECT_EQ(GetTasks(), "- [~] 1. One\n  - _Blocked: needs a key_\n- [ ] 2. Two\n");
}

TEST_F(TaskStoreTest, WhatDoesNotExistIsNotFound) {
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_COMPLETED)),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec not found: 'user-auth'")));
  EXPECT_THAT(harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec not found: 'user-auth'")));
  EXPECT_FALSE(project_.Exists(".spec-context"));

  project_.MakeDirectory(".spec-context/specs/user-auth");
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_COMPLETED)),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("has no tasks.md")));
  EXPECT_FALSE(project_.Exists(kPath));

  PutTasks(kTasks);
  EXPECT_THAT(harness_.Execute(StatusUpdate("99", v1::TASK_STATUS_COMPLETED)),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Task 99 not found")));
  EXPECT_EQ(GetTasks(), kTasks);
}

TEST_F(TaskStoreTest, BadArgumentsAreRefusedAndChangeNothing) {
  PutTasks(kTasks);
  constexpr char kInvalidStatus[] = "Invalid status. Must be pending, in-progress, or completed";
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_UNSPECIFIED)),
              IsStatus(absl::StatusCode::kInvalidArgument, StartsWith(kInvalidStatus)));
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", static_cast<v1::TaskStatus>(17))),
              IsStatus(absl::StatusCode::kInvalidArgument, StartsWith(kInvalidStatus)));
  EXPECT_THAT(harness_.Execute(StatusUpdate("", v1::TASK_STATUS_COMPLETED)),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_BLOCKED, "two\nlines")),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_BLOCKED, "\xFF")),
              HasCode(absl::StatusCode::kInvalidArgument));
  v1::Command command = StatusUpdate("1", v1::TASK_STATUS_PENDING);
  command.mutable_task_status_update()->set_spec_name("../user-auth");
  EXPECT_THAT(harness_.Execute(command), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(harness_.Execute(R"({"taskProgress": {"specName": ".."}})"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(GetTasks(), kTasks);
}

TEST_F(TaskStoreTest, AnUpdateOnAnotherBaseIsAConflictEvenWhenItWouldChangeNothing) {
  PutTasks(kTasks);
  for (const v1::TaskStatus status : {v1::TASK_STATUS_PENDING, v1::TASK_STATUS_COMPLETED}) {
    v1::Command command = StatusUpdate("1", status);
    command.mutable_task_status_update()->set_base_hash(Sha256Hex("old"));
    const absl::Status error = harness_.Execute(command).status();
    EXPECT_THAT(error, HasCode(absl::StatusCode::kAborted));
    EXPECT_EQ(ToCommandError(error).conflict().path(), "specs/user-auth/tasks.md");
    EXPECT_EQ(ToCommandError(error).conflict().current_hash(), Sha256Hex(kTasks));
    EXPECT_EQ(ToCommandError(error).conflict().current_content(), kTasks);
  }
  EXPECT_EQ(GetTasks(), kTasks);
  v1::Command command = StatusUpdate("1", v1::TASK_STATUS_PENDING);
  command.mutable_task_status_update()->set_base_hash(Sha256Hex(kTasks));
  EXPECT_THAT(harness_.Execute(command), IsOk());
}

TEST_F(TaskStoreTest, ADocumentThatWouldGrowOverTheLimitStaysAsItIs) {
  PutTasks("- [ ] 1. One\n");
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(20);
  ExecutorHarness limited(project_.path(), policy);
  EXPECT_THAT(limited.Execute(StatusUpdate("1", v1::TASK_STATUS_BLOCKED, "a long reason")),
              HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(GetTasks(), "- [ ] 1. One\n");
}

TEST_F(TaskStoreTest, ASpecThatIsArchivedBeforeTheLockGetsNoNewDocument) {
  PutTasks(kTasks);
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Lock") project_.Remove(".spec-context/specs/user-auth");
    return absl::OkStatus();
  });
  EXPECT_THAT(harness_.Execute(StatusUpdate("1", v1::TASK_STATUS_PENDING)), HasCode(absl::StatusCode::kNotFound));
  EXPECT_FALSE(project_.Exists(".spec-context/specs/user-auth"));
}

TEST_F(TaskStoreTest, ProgressGivesEveryRecordedDocument) {
  const std::vector<TaskVector> vectors = LoadTaskVectors();
  ASSERT_FALSE(vectors.empty());
  for (const TaskVector& vector : vectors) {
    PutTasks(vector.document);
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                         harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"));
    EXPECT_EQ(TaskProgressToJson(result.task_progress()), vector.expected) << vector.name;
  }
}

TEST_F(TaskStoreTest, UpdatesGiveEveryRecordedDocumentByteForByte) {
  const std::vector<TaskUpdateVector> vectors = LoadTaskUpdateVectors();
  ASSERT_FALSE(vectors.empty());
  for (const TaskUpdateVector& vector : vectors) {
    PutTasks(vector.document);
    EXPECT_THAT(harness_.Execute(StatusUpdate(vector.task_id, vector.status, vector.reason)), IsOk()) << vector.name;
    EXPECT_EQ(GetTasks(), vector.expected) << vector.name;
  }
}

TEST_F(TaskStoreTest, NoUpdateIsLostWhenTwoAgentsUpdateTheSameDocumentAtOnce) {
  constexpr int kTaskCount = 30;
  std::string tasks = "# Tasks\n";
  for (int i = 1; i <= kTaskCount; ++i) absl::StrAppend(&tasks, "- [ ] ", i, ". Task ", i, "\n");
  PutTasks(tasks);
  ExecutorHarness other(project_.path());
  std::vector<std::thread> clients;
  for (int i = 1; i <= kTaskCount; ++i) {
    clients.emplace_back([this, &other, i] {
      ExecutorHarness& agent = i % 2 == 0 ? harness_ : other;
      EXPECT_THAT(agent.Execute(StatusUpdate(absl::StrCat(i), v1::TASK_STATUS_COMPLETED)), IsOk());
    });
  }
  for (std::thread& client : clients) client.join();
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(R"({"taskProgress": {"specName": "user-auth"}})"));
  EXPECT_EQ(result.task_progress().summary().completed(), kTaskCount);
  EXPECT_EQ(result.task_progress().progress_percent(), 100);
}

}  // namespace
}  // namespace specrelay
