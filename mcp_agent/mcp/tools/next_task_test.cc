#include "mcp_agent/mcp/tools/next_task.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tasks/task_parser.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The number of the next task; empty when there is none.
std::string Next(absl::string_view document) {
  const ParsedTasks parsed = ParseTasks(document);
  const NextTask next = FindNextTask(parsed.tasks);
  return next.task == nullptr ? "" : next.task->id();
}

std::vector<std::string> Blocked(absl::string_view document) {
  const ParsedTasks parsed = ParseTasks(document);
  std::vector<std::string> ids;
  for (const v1::Task* task : FindNextTask(parsed.tasks).blocked) ids.push_back(task->id());
  return ids;
}

TEST(NextTaskTest, TheFirstPendingTaskIsNext) { EXPECT_EQ(Next("- [x] 1. A\n- [ ] 2. B\n- [ ] 3. C\n"), "2"); }

TEST(NextTaskTest, ATaskInProgressGoesFirst) { EXPECT_EQ(Next("- [ ] 1. A\n- [-] 2. B\n- [-] 3. C\n"), "2"); }

TEST(NextTaskTest, SubtasksGoBeforeTheirGroup) {
  EXPECT_EQ(Next("- [ ] 1. Group\n- [ ] 1.1 A\n- [ ] 1.2 B\n- [ ] 2. C\n"), "1.1");
  EXPECT_EQ(Next("- [ ] 1. Group\n- [x] 1.1 A\n- [ ] 1.2 B\n- [ ] 2. C\n"), "1.2");
}

TEST(NextTaskTest, AGroupIsNextWhenItsSubtasksAreCompleted) {
  const ParsedTasks parsed = ParseTasks("- [ ] 1. Group\n- [x] 1.1 A\n- [x] 1.2 B\n- [ ] 2. C\n");
  const NextTask next = FindNextTask(parsed.tasks);
  ASSERT_NE(next.task, nullptr);
  EXPECT_EQ(next.task->id(), "1");
  EXPECT_TRUE(next.is_group);
}

TEST(NextTaskTest, IndentationMakesSubtasksToo) {
  EXPECT_EQ(Next("- [ ] 1. Group\n  - [ ] 2. A\n    - [ ] 3. B\n- [ ] 4. C\n"), "3");
  EXPECT_EQ(Next("- [ ] 1. Group\n  - [x] 2. A\n- [ ] 4. C\n"), "1");
}

TEST(NextTaskTest, AStartedGroupIsFinishedBeforeAnotherIsBegun) {
  EXPECT_EQ(Next("- [ ] 1. Group\n- [ ] 1.1 A\n- [-] 2. Other\n- [x] 2.1 B\n- [ ] 2.2 C\n"), "2.2");
}

TEST(NextTaskTest, ABlockedTaskIsPassedOver) { EXPECT_EQ(Next("- [~] 1. A\n- [ ] 2. B\n"), "2"); }

TEST(NextTaskTest, WhatIsBelowABlockedGroupIsBlocked) {
  EXPECT_EQ(Next("- [~] 1. Group\n- [ ] 1.1 A\n- [-] 1.2 B\n- [ ] 2. C\n"), "2");
}

TEST(NextTaskTest, AGroupWithABlockedSubtaskIsNotNext) {
  EXPECT_EQ(Next("- [ ] 1. Group\n- [x] 1.1 A\n- [~] 1.2 B\n"), "");
  EXPECT_THAT(Blocked("- [ ] 1. Group\n- [x] 1.1 A\n- [~] 1.2 B\n"), ElementsAre("1.2"));
}

TEST(NextTaskTest, NothingIsNextWhenAllAreCompleted) {
  EXPECT_EQ(Next("- [x] 1. A\n- [x] 2. B\n"), "");
  EXPECT_THAT(Blocked("- [x] 1. A\n- [x] 2. B\n"), IsEmpty());
}

TEST(NextTaskTest, ATaskBelowACompletedGroupIsStillToBeDone) {
  EXPECT_EQ(Next("- [x] 1. Group\n- [ ] 1.1 A\n- [ ] 2. B\n"), "1.1");
}

TEST(NextTaskTest, ASecondTaskWithTheSameNumberIsTold) {
  const ParsedTasks parsed = ParseTasks("- [x] 1. A\n- [ ] 1. B\n");
  const NextTask next = FindNextTask(parsed.tasks);
  ASSERT_NE(next.task, nullptr);
  EXPECT_EQ(next.task->description(), "B");
  ASSERT_NE(next.same_number, nullptr);
  EXPECT_EQ(next.same_number->description(), "A");
}

TEST(NextTaskTest, ManyTasksAndDeepNumbersAreNoBurden) {
  std::string document = "- [ ] 1. A\n";
  std::string number = "1";
  for (int i = 0; i < 3000; ++i) {
    if (i < 200) absl::StrAppend(&number, ".1");
    absl::StrAppend(&document, "- [ ] ", number, ".", i, " B\n");
  }
  EXPECT_NE(Next(document), "");
}

}  // namespace
}  // namespace specrelay
