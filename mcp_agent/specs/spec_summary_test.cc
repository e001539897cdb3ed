// What listings cost: through the executor on a real tree, counting what it is asked.
#include "mcp_agent/specs/spec_summary.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr int kSpecs = 20;

class SpecSummaryTest : public ::testing::Test {
 protected:
  SpecSummaryTest() {
    for (int i = 0; i < kSpecs; ++i) {
      Put(absl::StrCat("specs/spec-", i, "/tasks.md"), "- [x] 1. One\n- [ ] 2. Two\n");
      Put(absl::StrCat("specs/spec-", i, "/design.md"), "# D\n");
    }
  }

  void Put(absl::string_view path, absl::string_view bytes) {
    project_.WriteFile(absl::StrCat(".spec-context/", path), bytes);
  }

  // Lists the specs and returns how many tasks are completed in all.
  int ListAndCountCompleted() {
    const absl::StatusOr<v1::CommandResult> result = harness_.Execute(R"({"specList": {}})");
    EXPECT_THAT(result, IsOk());
    if (!result.ok()) return -1;
    EXPECT_EQ(result->spec_list().specs_size(), kSpecs);
    int completed = 0;
    for (const v1::SpecSummary& spec : result->spec_list().specs()) completed += spec.task_summary().completed();
    return completed;
  }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(SpecSummaryTest, TheSecondListingReadsNoFile) {
  EXPECT_EQ(ListAndCountCompleted(), kSpecs);
  EXPECT_EQ(harness_.tree().calls("Read"), kSpecs);
  harness_.tree().Reset();
  EXPECT_EQ(ListAndCountCompleted(), kSpecs);
  EXPECT_EQ(harness_.tree().calls("Read"), 0);
  EXPECT_EQ(harness_.tree().calls("List"), 1);
  EXPECT_EQ(harness_.tree().calls("Stat"), 4 * kSpecs);
}

TEST_F(SpecSummaryTest, AChangedFileIsReadOnceAndTheOthersAreNot) {
  ListAndCountCompleted();
  Put("specs/spec-7/tasks.md", "- [x] 1. One\n- [x] 2. Two\n");
  harness_.tree().Reset();
  EXPECT_EQ(ListAndCountCompleted(), kSpecs + 1);
  EXPECT_EQ(harness_.tree().calls("Read"), 1);
  EXPECT_EQ(ListAndCountCompleted(), kSpecs + 1);
  EXPECT_EQ(harness_.tree().calls("Read"), 1);
}

TEST_F(SpecSummaryTest, AnUpdateThroughTheExecutorIsSeenByTheNextListing) {
  ListAndCountCompleted();
  ASSERT_THAT(harness_.Execute(R"({"taskStatusUpdate": {"specName": "spec-3", "taskId": "2",
                                   "status": "TASK_STATUS_COMPLETED"}})"),
              IsOk());
  harness_.tree().Reset();
  EXPECT_EQ(ListAndCountCompleted(), kSpecs + 1);
  EXPECT_EQ(harness_.tree().calls("Read"), 1);
}

TEST_F(SpecSummaryTest, AFileThatHasJustChangedIsReadAgainUntilItsTimesTellChangesApart) {
  harness_.clock().Advance(-absl::Hours(1));  // Now the machine's time, which is that of the files.
  EXPECT_EQ(ListAndCountCompleted(), kSpecs);
  EXPECT_EQ(harness_.cache().size(), 0u);
  harness_.clock().Advance(absl::Minutes(1));
  EXPECT_EQ(ListAndCountCompleted(), kSpecs);
  EXPECT_EQ(harness_.cache().size(), static_cast<size_t>(kSpecs));
}

TEST_F(SpecSummaryTest, AnInvalidatedEntryIsReadAgain) {
  ListAndCountCompleted();
  harness_.tree().Reset();
  harness_.cache().Invalidate("specs/spec-1");
  ListAndCountCompleted();
  EXPECT_EQ(harness_.tree().calls("Read"), 1);
  harness_.cache().InvalidateAll();
  ListAndCountCompleted();
  EXPECT_EQ(harness_.tree().calls("Read"), 1 + kSpecs);
}

TEST_F(SpecSummaryTest, ASpecThatVanishesDuringTheListingIsLeftOut) {
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Stat" && path == "specs/spec-5") project_.Remove(".spec-context/specs/spec-5");
    return absl::OkStatus();
  });
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  EXPECT_EQ(result.spec_list().specs_size(), kSpecs - 1);
}

TEST_F(SpecSummaryTest, ATasksDocumentThatVanishesDuringTheListingHasNoCounts) {
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Read" && path == "specs/spec-5/tasks.md") project_.Remove(".spec-context/specs/spec-5/tasks.md");
    return absl::OkStatus();
  });
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  ASSERT_EQ(result.spec_list().specs_size(), kSpecs);
  for (const v1::SpecSummary& spec : result.spec_list().specs()) {
    EXPECT_EQ(spec.has_task_summary(), spec.name() != "spec-5");
    EXPECT_EQ(spec.tasks().exists(), spec.name() != "spec-5");
  }
}

TEST_F(SpecSummaryTest, AFailingDiskFailsTheListing) {
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) {
    return path == "specs/spec-5/design.md" ? absl::InternalError("input/output error") : absl::OkStatus();
  });
  EXPECT_THAT(harness_.Execute(R"({"specList": {}})"), HasCode(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace specrelay
