#include "mcp_agent/jobs/cleanup_work.h"

#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "proto/support/iso_time.h"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Code = absl::StatusCode;

// A project of the machine. Its files change at the time of its clock.
struct Project {
  explicit Project(const Clock& clock) : tree(&clock), observed(tree), ledger(observed, clock) {}
  MemoryTree tree;
  ObservedTree observed;
  Ledger ledger;
  bool read_only = false;
  absl::Status open_error;
};

class CleanupWorkTest : public testing::Test {
 protected:
  CleanupWorkTest() { AddProject("/p"); }

  void AddProject(const std::string& path) {
    projects_[path] = std::make_unique<Project>(clock_);
    ASSERT_THAT(registry_.Touch(path), IsOk());
  }

  Project& project(const std::string& path = "/p") { return *projects_[path]; }

  WorkOutcome Clean(absl::string_view type, int days_old, absl::string_view execution_id = "run_1") {
    v1::Job job;
    job.set_id("job");
    job.set_type(std::string(type));
    EXPECT_THAT(FromJson(absl::Substitute(R"({"daysOld":$0})", days_old), *job.mutable_config()), IsOk());
    return work_.Do(job, execution_id, control_);
  }

  void PutApproval(const std::string& path, absl::string_view id, absl::string_view status, absl::string_view created,
                   absl::string_view responded = "") {
    const std::string response =
        responded.empty() ? "" : absl::Substitute(R"(,"respondedAt":"$0T00:00:00.000Z")", responded);
    project(path).tree.Put(
        absl::StrCat("approvals/auth/", id, ".json"),
        absl::Substitute(R"({"id":"$0","title":"T","filePath":"f.md","type":"document","status":"$1",)"
                         R"("createdAt":"$2T00:00:00.000Z","category":"spec","categoryName":"auth"$3})",
                         id, status, created, response));
  }

  // Whether the path exists in the project at /p.
  bool Exists(absl::string_view path) { return project().tree.Stat(path).ok(); }

  FakeClock clock_{ParseIsoTime("2026-11-21T12:00:00.000Z").value()};
  MemoryTree machine_tree_{&clock_};
  Ledger machine_ledger_{machine_tree_, clock_};
  ProjectRegistry registry_{machine_tree_, machine_ledger_, clock_};
  std::map<std::string, std::unique_ptr<Project>> projects_;
  RunControl control_{"job", "run_1", nullptr};
  CleanupWork work_{registry_,
                    [this](absl::string_view path) -> absl::StatusOr<OpenProject> {
                      Project& project = *projects_[std::string(path)];
                      if (!project.open_error.ok()) return project.open_error;
                      return OpenProject{&project.observed, &project.ledger, project.read_only, nullptr};
                    },
                    clock_};
};

constexpr char kTrash[] = ".specrelay/trash/2026-11-21/";

TEST_F(CleanupWorkTest, MovesOldDecidedApprovalsToTheTrash) {
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-10-01");
  PutApproval("/p", "a2", "rejected", "2026-10-01");  // by its creation, for want of a time of decision
  PutApproval("/p", "a3", "needs-revision", "2026-01-01", "2026-11-20");
  const WorkOutcome outcome = Clean("cleanup-approvals", 30);
  EXPECT_THAT(outcome.status, IsOk());
  EXPECT_EQ(outcome.items_processed, 3);
  EXPECT_EQ(outcome.items_deleted, 2);
  EXPECT_FALSE(Exists("approvals/auth/a1.json"));
  EXPECT_FALSE(Exists("approvals/auth/a2.json"));
  EXPECT_TRUE(Exists("approvals/auth/a3.json"));
  EXPECT_TRUE(Exists(absl::StrCat(kTrash, "approvals/auth/a1.json")));
  EXPECT_TRUE(Exists(absl::StrCat(kTrash, "approvals/auth/a2.json")));
}

TEST_F(CleanupWorkTest, NeverTouchesAPendingApproval) {
  PutApproval("/p", "a1", "pending", "2020-01-01");
  PutApproval("/p", "a2", "some-new-status", "2020-01-01", "2020-01-01");
  const WorkOutcome outcome = Clean("cleanup-approvals", 1);
  EXPECT_EQ(outcome.items_processed, 2);
  EXPECT_EQ(outcome.items_deleted, 0);
  EXPECT_TRUE(Exists("approvals/auth/a1.json"));
  EXPECT_TRUE(Exists("approvals/auth/a2.json"));
}

TEST_F(CleanupWorkTest, LeavesAnApprovalThatWasMadePendingAgainMeanwhile) {
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-01-01");
  project().observed.set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Lock") PutApproval("/p", "a1", "pending", "2026-01-01");
    return absl::OkStatus();
  });
  const WorkOutcome outcome = Clean("cleanup-approvals", 30);
  EXPECT_THAT(outcome.status, IsOk());
  EXPECT_EQ(outcome.items_deleted, 0);
  EXPECT_TRUE(Exists("approvals/auth/a1.json"));
}

TEST_F(CleanupWorkTest, LeavesSnapshotsAndOtherFilesOfApprovalsAlone) {
  project().tree.Put("approvals/auth/.snapshots/f.md/metadata.json", "{}");
  project().tree.Put("approvals/auth/readme.txt", "x");
  project().tree.Put("approvals/.hidden/a.json", "{}");
  const WorkOutcome outcome = Clean("cleanup-approvals", 1);
  EXPECT_THAT(outcome.status, IsOk());
  EXPECT_EQ(outcome.items_processed, 0);
}

TEST_F(CleanupWorkTest, NamesADamagedApprovalAndGoesOnWithTheOthers) {
  project().tree.Put("approvals/auth/a0.json", "{");
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-01-01");
  const WorkOutcome outcome = Clean("cleanup-approvals", 30);
  EXPECT_THAT(outcome.status, IsStatus(Code::kFailedPrecondition, HasSubstr("approvals/auth/a0.json")));
  EXPECT_EQ(outcome.items_deleted, 1);
  EXPECT_TRUE(Exists("approvals/auth/a0.json"));
}

TEST_F(CleanupWorkTest, ArchivesSpecsWhoseDocumentsAllAreOld) {
  project().tree.Put("specs/old/requirements.md", "x");
  project().tree.Put("specs/mixed/requirements.md", "x");
  project().tree.Put("specs/.hidden/design.md", "x");
  clock_.Advance(absl::Hours(24 * 31));
  project().tree.Put("specs/mixed/tasks.md", "x");
  const WorkOutcome outcome = Clean("cleanup-specs", 30);
  EXPECT_THAT(outcome.status, IsOk());
  EXPECT_EQ(outcome.items_processed, 2);
  EXPECT_EQ(outcome.items_deleted, 1);
  EXPECT_TRUE(Exists("archive/specs/old/requirements.md"));
  EXPECT_FALSE(Exists("specs/old"));
  EXPECT_TRUE(Exists("specs/mixed/requirements.md"));
  EXPECT_TRUE(Exists("specs/.hidden/design.md"));
}

TEST_F(CleanupWorkTest, SkipsASpecThatTheArchiveHasAlreadyAndSaysSo) {
  project().tree.Put("specs/twin/design.md", "new");
  project().tree.Put("archive/specs/twin/design.md", "old");
  project().tree.Put("specs/zz/design.md", "x");
  clock_.Advance(absl::Hours(24 * 31));
  const WorkOutcome outcome = Clean("cleanup-specs", 30);
  EXPECT_THAT(outcome.status,
              IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("/p: specs/twin"), HasSubstr("already"))));
  EXPECT_EQ(outcome.items_deleted, 1);
  EXPECT_EQ(project().tree.Read("specs/twin/design.md", 10)->bytes, "new");
  EXPECT_EQ(project().tree.Read("archive/specs/twin/design.md", 10)->bytes, "old");
}

TEST_F(CleanupWorkTest, MovesOldArchivedSpecsToTheTrash) {
  project().tree.Put("archive/specs/old/design.md", "x");
  project().tree.Put("specs/old/design.md", "x");
  clock_.Advance(absl::Hours(24 * 31));
  project().tree.Put("archive/specs/new/design.md", "x");
  const WorkOutcome outcome = Clean("cleanup-archived-specs", 30);
  EXPECT_EQ(outcome.items_processed, 2);
  EXPECT_EQ(outcome.items_deleted, 1);
  EXPECT_TRUE(Exists(".specrelay/trash/2026-12-22/archive/specs/old/design.md"));
  EXPECT_TRUE(Exists("archive/specs/new/design.md"));
  EXPECT_TRUE(Exists("specs/old/design.md"));
}

TEST_F(CleanupWorkTest, EmptiesTheTrashAfterAWeek) {
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-01-01");
  Clean("cleanup-approvals", 30);
  clock_.Advance(absl::Hours(24 * 7));
  Clean("cleanup-specs", 30, "run_2");
  EXPECT_TRUE(Exists(absl::StrCat(kTrash, "approvals/auth/a1.json")));
  clock_.Advance(absl::Hours(24));
  Clean("cleanup-specs", 30, "run_3");
  EXPECT_FALSE(Exists(absl::StrCat(kTrash, "approvals/auth/a1.json")));
}

TEST_F(CleanupWorkTest, DoesNothingTwiceForOneRun) {
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-01-01");
  EXPECT_EQ(Clean("cleanup-approvals", 30).items_deleted, 1);
  const int changes = project().tree.changes();
  EXPECT_EQ(Clean("cleanup-approvals", 30).items_deleted, 0);
  EXPECT_EQ(project().tree.changes(), changes);
}

TEST_F(CleanupWorkTest, CleansEveryProjectAndPassesOverThoseThatAreGone) {
  AddProject("/gone");
  AddProject("/read-only");
  AddProject("/broken");
  AddProject("/q");
  for (const char* path : {"/p", "/gone", "/read-only", "/broken", "/q"}) {
    PutApproval(path, "a1", "approved", "2026-01-01", "2026-01-01");
  }
  project("/gone").open_error = absl::FailedPreconditionError("there is no such directory");
  project("/broken").open_error = absl::PermissionDeniedError("denied by the system");
  project("/read-only").read_only = true;
  const WorkOutcome outcome = Clean("cleanup-approvals", 30);
  EXPECT_EQ(outcome.items_deleted, 2);
  EXPECT_FALSE(project("/p").tree.Stat("approvals/auth/a1.json").ok());
  EXPECT_FALSE(project("/q").tree.Stat("approvals/auth/a1.json").ok());
  EXPECT_TRUE(project("/read-only").tree.Stat("approvals/auth/a1.json").ok());
  EXPECT_THAT(std::string(outcome.status.message()),
              AllOf(HasSubstr("/read-only: the project is read-only"), HasSubstr("/broken: denied by the system"),
                    testing::Not(HasSubstr("/gone"))));
}

TEST_F(CleanupWorkTest, HasNothingToDoInAProjectWithoutATree) {
  for (const char* type : {"cleanup-approvals", "cleanup-specs", "cleanup-archived-specs"}) {
    const WorkOutcome outcome = Clean(type, 1);
    EXPECT_THAT(outcome.status, IsOk());
    EXPECT_EQ(outcome.items_processed, 0);
  }
}

TEST_F(CleanupWorkTest, StopsWhenItIsCancelled) {
  PutApproval("/p", "a1", "approved", "2026-01-01", "2026-01-01");
  PutApproval("/p", "a2", "approved", "2026-01-01", "2026-01-01");
  project().observed.set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Lock") control_.Cancel();
    return absl::OkStatus();
  });
  const WorkOutcome outcome = Clean("cleanup-approvals", 30);
  EXPECT_THAT(outcome.status, HasCode(Code::kCancelled));
  EXPECT_EQ(outcome.items_deleted, 1);
  EXPECT_TRUE(Exists("approvals/auth/a2.json"));
}

TEST_F(CleanupWorkTest, ShowsTheFirstTenOfManyErrors) {
  for (int i = 0; i < 15; ++i) project().tree.Put(absl::StrCat("approvals/auth/a", i, ".json"), "{");
  EXPECT_THAT(std::string(Clean("cleanup-approvals", 30).status.message()), HasSubstr("and 5 more"));
}

TEST_F(CleanupWorkTest, RefusesWhatItCannotUnderstand) {
  EXPECT_THAT(Clean("cleanup-approvals", 0).status, HasCode(Code::kInvalidArgument));
  EXPECT_THAT(Clean("format-disk", 1).status, IsStatus(Code::kUnimplemented, HasSubstr("format-disk")));
}

}  // namespace
}  // namespace specrelay
