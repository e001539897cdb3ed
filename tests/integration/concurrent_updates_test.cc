// Thirty clients, two agents, one file: nothing that was acknowledged is lost.

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr int kTasks = 30;
constexpr int kRounds = 20;

std::string PendingTasks() {
  std::string document = "# Tasks\n\n";
  for (int i = 1; i <= kTasks; ++i) absl::StrAppend(&document, "- [ ] ", i, ". Task ", i, "\n");
  return document;
}

int CountCompleted(const std::string& document) {
  int completed = 0;
  for (size_t at = document.find("- [x] "); at != std::string::npos; at = document.find("- [x] ", at + 1)) ++completed;
  return completed;
}

TEST(ConcurrentUpdatesTest, ThirtyUpdatesThroughTwoAgentsAreAllAcknowledgedAndAllOnDisk) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Cluster> cluster, Cluster::Start());
  const std::string project_dir = cluster->Path("project");
  // Two ids for one tree: the relay then sends to both agents, where one id would send all to the latest.
  ASSERT_THAT(cluster->StartAgent(project_dir, "first"), IsOk());
  ASSERT_THAT(cluster->StartAgent(project_dir, "second"), IsOk());
  const std::string tasks_file = project_dir + "/.spec-context/specs/shared/tasks.md";
  Client user = cluster->User();
  for (int round = 0; round < kRounds; ++round) {
    WriteFileOrDie(tasks_file, PendingTasks());
    std::atomic<int> acknowledged{0};
    std::vector<std::thread> clients;
    for (int i = 1; i <= kTasks; ++i) {
      clients.emplace_back([&, i] {
        v1::ExecuteRequest request;
        request.set_project_id(i % 2 == 0 ? "first" : "second");
        v1::TaskStatusUpdateRequest& update = *request.mutable_command()->mutable_task_status_update();
        update.set_spec_name("shared");
        update.set_task_id(absl::StrCat(i));
        update.set_status(v1::TASK_STATUS_COMPLETED);
        const absl::StatusOr<v1::ExecuteResponse> response = user.Execute(request);
        EXPECT_THAT(response, IsOk());
        if (response.ok() && response->state() == v1::COMMAND_STATE_APPLIED) ++acknowledged;
      });
    }
    for (std::thread& client : clients) client.join();
    ASSERT_EQ(acknowledged.load(), kTasks) << "round " << round;
    ASSERT_EQ(CountCompleted(ReadFileOrDie(tasks_file)), kTasks) << "round " << round;
  }
}

}  // namespace
}  // namespace specrelay
