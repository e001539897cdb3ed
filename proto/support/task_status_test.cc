#include "proto/support/task_status.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(TaskStatusTest, EveryStatusHasANameThatLeadsBackToIt) {
  EXPECT_EQ(TaskStatusName(v1::TASK_STATUS_PENDING), "pending");
  EXPECT_EQ(TaskStatusName(v1::TASK_STATUS_IN_PROGRESS), "in-progress");
  EXPECT_EQ(TaskStatusName(v1::TASK_STATUS_COMPLETED), "completed");
  EXPECT_EQ(TaskStatusName(v1::TASK_STATUS_BLOCKED), "blocked");
  for (int i = v1::TaskStatus_MIN; i <= v1::TaskStatus_MAX; ++i) {
    const auto status = static_cast<v1::TaskStatus>(i);
    EXPECT_EQ(TaskStatusFromName(TaskStatusName(status)), status);
  }
}

TEST(TaskStatusTest, OtherNamesMeanNothing) {
  for (const char* name : {"", "weird", "Pending", "in_progress", "pending ", "x"}) {
    EXPECT_EQ(TaskStatusFromName(name), v1::TASK_STATUS_UNSPECIFIED) << name;
  }
  EXPECT_EQ(TaskStatusName(v1::TASK_STATUS_UNSPECIFIED), "");
  EXPECT_EQ(TaskStatusName(static_cast<v1::TaskStatus>(99)), "");
}

}  // namespace
}  // namespace specrelay
