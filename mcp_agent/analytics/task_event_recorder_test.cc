#include "mcp_agent/analytics/task_event_recorder.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kTasks[] = "specs/auth/tasks.md";

class TaskEventRecorderTest : public ::testing::Test {
 protected:
  // Saves the document as an editor would, and tells the recorder.
  absl::Status Edit(absl::string_view document) { return Edit(recorder_, document); }
  absl::Status Edit(TaskEventRecorder& recorder, absl::string_view document) {
    clock_.Advance(absl::Seconds(1));
    tree_.Put(kTasks, document);
    return recorder.OnFileChanged(kTasks);
  }

  // "1:pending>completed 2:…" for each event.
  std::string Recorded() {
    std::string text;
    const auto take = [&text](const TaskEvent& event) {
      absl::StrAppend(&text, text.empty() ? "" : " ", event.task_id, ":", event.previous, ">", event.next);
    };
    const absl::StatusOr<int64_t> bad_lines = ForEachTaskEvent(tree_, take);
    if (!bad_lines.ok()) return bad_lines.status().ToString();
    if (*bad_lines > 0) absl::StrAppend(&text, " bad:", *bad_lines);
    return text;
  }

  FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  TaskEventRecorder recorder_{tree_, ledger_, 1 << 20};
};

TEST_F(TaskEventRecorderTest, TheBaselineIsNotRecorded) {
  tree_.Put(kTasks, "- [x] 1. A\n- [-] 2. B\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  EXPECT_THAT(recorder_.OnFileChanged(kTasks), IsOk());
  EXPECT_EQ(Recorded(), "");
}

TEST_F(TaskEventRecorderTest, AnEditIsRecordedOnceWithCountsAndVersion) {
  tree_.Put(kTasks, "- [ ] 1. A\n- [-] 2. B\n- [ ] 3. C\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  const std::string after = "- [-] 1. A\n- [x] 2. B\n- [ ] 3. C\n";
  ASSERT_THAT(Edit(after), IsOk());
  EXPECT_THAT(recorder_.OnFileChanged(kTasks), IsOk());
  EXPECT_EQ(Recorded(), "1:1>2 2:2>3");
  ASSERT_OK_AND_ASSIGN(const FileContent file, tree_.Read(kTaskEventsPath, 1 << 20));
  EXPECT_THAT(file.bytes,
              HasSubstr(absl::StrCat(
                  R"({"timestamp":"2027-01-15T08:00:01.000Z","specName":"auth","taskId":"2","previousStatus":)",
                  R"("in-progress","nextStatus":"completed","summaryAfter":{"total":3,"completed":1,"pending":1},)",
                  R"("version":")", Sha256Hex(after), "\"}\n")));
}

TEST_F(TaskEventRecorderTest, AddedTasksAreRecordedOnlyWhenTheyAreNotPending) {
  tree_.Put(kTasks, "- [ ] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  ASSERT_THAT(Edit("- [ ] 1. A\n- [ ] 2. B\n"), IsOk());
  EXPECT_EQ(Recorded(), "");
  ASSERT_THAT(Edit("- [ ] 1. A\n- [ ] 2. B\n- [x] 3. C\n"), IsOk());
  EXPECT_EQ(Recorded(), "3:1>3");
}

TEST_F(TaskEventRecorderTest, OfDuplicateIdsTheFirstCounts) {
  tree_.Put(kTasks, "- [ ] 1. A\n- [x] 1. B\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  ASSERT_THAT(Edit("- [ ] 1. A\n- [-] 1. B\n"), IsOk());
  EXPECT_EQ(Recorded(), "");
}

TEST_F(TaskEventRecorderTest, TwoInstancesRecordTheSameEditOnce) {
  tree_.Put(kTasks, "- [ ] 1. A\n");
  Ledger other_ledger(tree_, clock_);
  TaskEventRecorder other(tree_, other_ledger, 1 << 20);
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  ASSERT_THAT(other.TakeBaseline(), IsOk());
  ASSERT_THAT(Edit("- [x] 1. A\n"), IsOk());
  ASSERT_THAT(other.OnFileChanged(kTasks), IsOk());
  EXPECT_EQ(Recorded(), "1:1>3");
  // The other one knows the new state: it sees the way back as one transition.
  ASSERT_THAT(Edit(other, "- [ ] 1. A\n"), IsOk());
  ASSERT_THAT(recorder_.OnFileChanged(kTasks), IsOk());
  EXPECT_EQ(Recorded(), "1:1>3 1:3>1");
}

TEST_F(TaskEventRecorderTest, WhatACommandRecordedIsNotRecordedAgain) {
  tree_.Put(kTasks, "- [ ] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  const std::string after = "- [-] 1. A\n";
  {
    DirectTransaction transaction(tree_, "r", clock_.Now());
    ASSERT_THAT(AppendTaskEvents(transaction, {{clock_.Now(), "auth", "1", v1::TASK_STATUS_PENDING,
                                                v1::TASK_STATUS_IN_PROGRESS, v1::TaskSummary(), Sha256Hex(after)}}),
                IsOk());
  }
  ASSERT_THAT(Edit(after), IsOk());
  EXPECT_EQ(Recorded(), "1:1>2");
  ASSERT_THAT(Edit("- [x] 1. A\n"), IsOk());
  EXPECT_EQ(Recorded(), "1:1>2 1:2>3");
}

TEST_F(TaskEventRecorderTest, ASpecThatComesBackFromTheArchiveRecordsNothing) {
  tree_.Put("archive/specs/auth/tasks.md", "- [x] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  ASSERT_THAT(Edit("- [x] 1. A\n"), IsOk());
  EXPECT_EQ(Recorded(), "");
}

TEST_F(TaskEventRecorderTest, ARemovedDocumentStaysKnown) {
  tree_.Put(kTasks, "- [x] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  {
    DirectTransaction transaction(tree_, "r", clock_.Now());
    ASSERT_THAT(transaction.Remove(kTasks), IsOk());
  }
  ASSERT_THAT(recorder_.OnFileChanged(kTasks), IsOk());
  ASSERT_THAT(Edit("- [x] 1. A\n"), IsOk());
  EXPECT_EQ(Recorded(), "");
}

TEST_F(TaskEventRecorderTest, OtherFilesAreNoneOfItsBusiness) {
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  for (const char* path : {"specs/auth/design.md", "specs/tasks.md", "specs/a/b/tasks.md", "archive/specs/a/tasks.md",
                           "specs/../tasks.md", "specs//tasks.md", ""}) {
    tree_.Put("archive/specs/a/tasks.md", "- [x] 1. A\n");
    EXPECT_THAT(recorder_.OnFileChanged(path), IsOk()) << path;
  }
  EXPECT_EQ(Recorded(), "");
}

TEST_F(TaskEventRecorderTest, AFailedWriteIsMadeUpForByTheNextChange) {
  tree_.Put(kTasks, "- [ ] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  tree_.InjectWriteFault(absl::ResourceExhaustedError("disk full"));
  EXPECT_THAT(Edit("- [x] 1. A\n"), HasCode(absl::StatusCode::kResourceExhausted));
  tree_.ClearWriteFault();
  EXPECT_THAT(recorder_.OnFileChanged(kTasks), IsOk());
  EXPECT_EQ(Recorded(), "1:1>3");
}

TEST_F(TaskEventRecorderTest, TasksBeyondTheLimitAreNotFollowed) {
  TaskEventRecorder small(tree_, ledger_, 1 << 20, /*max_tasks=*/1);
  tree_.Put(kTasks, "- [x] 1. A\n- [x] 2. B\n");
  EXPECT_THAT(small.TakeBaseline(), IsOk());
}

TEST_F(TaskEventRecorderTest, ATornLastLineIsSkippedAndDoesNotSpoilTheNext) {
  tree_.Put(kTaskEventsPath, R"({"timestamp":"2026-)");
  tree_.Put(kTasks, "- [ ] 1. A\n");
  ASSERT_THAT(recorder_.TakeBaseline(), IsOk());
  ASSERT_THAT(Edit("- [x] 1. A\n"), IsOk());
  EXPECT_EQ(Recorded(), "1:1>3 bad:1");
}

}  // namespace
}  // namespace specrelay
