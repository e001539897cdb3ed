// The commands on the project, its specs and their tasks.

#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kTasksPath[] = "specs/user-auth/tasks.md";
constexpr char kEventsPath[] = "analytics/task-events.jsonl";

class EveryCommandSpecsTest : public CommandFixture {};

TEST_F(EveryCommandSpecsTest, ProjectInfoTellsWhatTheProjectIsAndWhatItsAgentAllows) {
  const v1::ProjectInfoResponse info = Read(R"({"projectInfo": {}})").project_info();
  EXPECT_EQ(info.project().project_id(), kProject);
  EXPECT_EQ(info.project().path(), project_dir());
  EXPECT_EQ(info.project().name(), "project");
  EXPECT_FALSE(info.machine().machine_id().empty());
  EXPECT_TRUE(info.tree_exists());
  EXPECT_EQ(info.spec_count(), 1);
  EXPECT_EQ(info.archived_spec_count(), 1);
  EXPECT_TRUE(info.steering().product());
  EXPECT_FALSE(info.policy().read_only());
  EXPECT_EQ(info.policy().max_file_bytes(), 64 << 20);
  EXPECT_FALSE(info.auto_approve());
}

TEST_F(EveryCommandSpecsTest, SpecsAreListedAndReadAsExistingToolsWroteThem) {
  const v1::SpecListResponse list = Read(R"({"specList": {}})").spec_list();
  ASSERT_EQ(list.specs_size(), 1);
  EXPECT_EQ(list.specs(0).name(), "user-auth");
  EXPECT_EQ(list.specs(0).display_name(), "User Auth");
  EXPECT_EQ(list.specs(0).task_summary().total(), 3);
  const v1::SpecReadResponse read = Read(R"({"specRead": {"name": "user-auth"}})").spec_read();
  EXPECT_EQ(read.requirements().content(), File("specs/user-auth/requirements.md"));
  EXPECT_EQ(read.design().content(), "# Design\n\nChanged.\n");
  EXPECT_EQ(read.design().version().hash(), Sha256Hex("# Design\n\nChanged.\n"));
  EXPECT_EQ(read.tasks().content(), File(kTasksPath));
  const v1::SpecArchivedListResponse archived = Read(R"({"specArchivedList": {}})").spec_archived_list();
  ASSERT_EQ(archived.specs_size(), 1);
  EXPECT_EQ(archived.specs(0).name(), "old-thing");
  const v1::SpecArchivedReadResponse old = Read(R"({"specArchivedRead": {"name": "old-thing"}})").spec_archived_read();
  EXPECT_EQ(old.requirements().content(), "# Requirements\n\nOld.\n");
  EXPECT_FALSE(old.has_design());
}

TEST_F(EveryCommandSpecsTest, SpecsThatThereAreNotAreNotFoundOnEitherShelf) {
  Refused(R"({"specRead": {"name": "nope"}})", StatusCode::kNotFound, "nope");
  Refused(R"({"specRead": {"name": "old-thing"}})", StatusCode::kNotFound, "old-thing");
  Refused(R"({"specRead": {"name": ""}})", StatusCode::kInvalidArgument, "is empty");
  Refused(R"({"specRead": {"name": "../specs"}})", StatusCode::kInvalidArgument, "path separator");
  Refused(R"({"specArchivedRead": {"name": "user-auth"}})", StatusCode::kNotFound, "user-auth");
  Refused(R"({"specArchivedRead": {"name": ".hidden"}})", StatusCode::kInvalidArgument, "starts with a dot");
}

TEST_F(EveryCommandSpecsTest, ADocumentIsReplacedOnTheVersionThatItsWriterSaw) {
  const std::string base = Sha256Hex(File("specs/user-auth/design.md"));
  const Performed written = Write(absl::StrCat(
      R"({"specDocumentWrite": {"name": "user-auth", "document": "SPEC_DOCUMENT_DESIGN", "content": "# New\n",)",
      R"( "baseHash": ")", base, R"("}})"));
  EXPECT_THAT(written.changes, ElementsAre("~specs/user-auth/design.md"));
  EXPECT_EQ(File("specs/user-auth/design.md"), "# New\n");
  EXPECT_FALSE(written.result.spec_document_write().created());
  EXPECT_EQ(written.result.spec_document_write().version().hash(), Sha256Hex("# New\n"));

  Refused(absl::StrCat(R"({"specDocumentWrite": {"name": "user-auth", "document": "SPEC_DOCUMENT_DESIGN",)",
                       R"( "content": "# Newer\n", "baseHash": ")", base, R"("}})"),
          StatusCode::kAborted, "design.md");
  const v1::ConflictDetail& detail = refusal().conflict();
  EXPECT_EQ(detail.current_hash(), Sha256Hex("# New\n"));
  EXPECT_EQ(detail.current_content(), "# New\n");
  EXPECT_EQ(detail.path(), "specs/user-auth/design.md");
}

TEST_F(EveryCommandSpecsTest, TheFirstDocumentMakesASpec) {
  const Performed written = Write(R"({"specDocumentWrite": {"name": "new-thing", "baseHash": "",
      "document": "SPEC_DOCUMENT_REQUIREMENTS", "content": "# Requirements\n"}})");
  EXPECT_THAT(written.changes, ElementsAre("+specs/new-thing/requirements.md"));
  EXPECT_TRUE(written.result.spec_document_write().created());
  EXPECT_EQ(Read(R"({"specList": {}})").spec_list().specs_size(), 2);
  EXPECT_THAT(Write(R"({"specDocumentWrite": {"name": "old-thing", "archived": true,
      "document": "SPEC_DOCUMENT_DESIGN", "content": "# Late\n"}})")
                  .changes,
              ElementsAre("+archive/specs/old-thing/design.md"));
}

TEST_F(EveryCommandSpecsTest, ADocumentThatIsNoneOrHasABadNameIsNotWritten) {
  Refused(R"({"specDocumentWrite": {"name": "a/b", "document": "SPEC_DOCUMENT_DESIGN", "content": "x"}})",
          StatusCode::kInvalidArgument, "path separator");
  Refused(R"({"specDocumentWrite": {"name": "a", "content": "x"}})", StatusCode::kInvalidArgument, "requirements");
  Refused(R"({"specDocumentWrite": {"name": "a", "document": "SPEC_DOCUMENT_DESIGN", "archived": true}})",
          StatusCode::kNotFound, "archive");
  Refused(R"({"specDocumentWrite": {"name": "user-auth", "document": "SPEC_DOCUMENT_DESIGN", "baseHash": ""}})",
          StatusCode::kAborted, "design.md");
}

TEST_F(EveryCommandSpecsTest, ASpecGoesToTheArchiveAndComesBackWithAllItsFiles) {
  const Performed archived = Write(R"({"specArchive": {"name": "user-auth"}})");
  EXPECT_THAT(
      archived.changes,
      ElementsAre("+archive/specs/user-auth/Implementation Logs/task-1_2026-11-21T0222_0f1c9335.md",
                  "+archive/specs/user-auth/design.md", "+archive/specs/user-auth/requirements.md",
                  "+archive/specs/user-auth/tasks.md",
                  "-specs/user-auth/Implementation Logs/task-1_2026-11-21T0222_0f1c9335.md",
                  "-specs/user-auth/design.md", "-specs/user-auth/requirements.md", "-specs/user-auth/tasks.md"));
  Refused(R"({"specArchive": {"name": "user-auth"}})", StatusCode::kNotFound, "user-auth");
  const Performed back = Write(R"({"specUnarchive": {"name": "user-auth"}})");
  EXPECT_EQ(back.changes.size(), archived.changes.size());
  EXPECT_EQ(File("specs/user-auth/design.md"), "# Design\n\nChanged.\n");
  Refused(R"({"specUnarchive": {"name": "user-auth"}})", StatusCode::kNotFound, "user-auth");
}

TEST_F(EveryCommandSpecsTest, ASpecIsNotMovedOntoAnother) {
  PutFile("archive/specs/user-auth/design.md", "older");
  Refused(R"({"specArchive": {"name": "user-auth"}})", StatusCode::kAlreadyExists, "already exists");
  Refused(R"({"specUnarchive": {"name": "user-auth"}})", StatusCode::kAlreadyExists, "already exists");
  Refused(R"({"specArchive": {"name": ".."}})", StatusCode::kInvalidArgument, "starts with a dot");
  Refused(R"({"specUnarchive": {"name": ""}})", StatusCode::kInvalidArgument, "is empty");
}

TEST_F(EveryCommandSpecsTest, ProgressIsCountedFromTheTasks) {
  const v1::TaskProgressResponse progress = Read(R"({"taskProgress": {"specName": "user-auth"}})").task_progress();
  EXPECT_EQ(progress.tasks_size(), 3);
  EXPECT_EQ(progress.summary().completed(), 2);
  EXPECT_EQ(progress.in_progress_task_id(), "2");
  Refused(R"({"taskProgress": {"specName": "nope"}})", StatusCode::kNotFound, "nope");
  Refused(R"({"taskProgress": {}})", StatusCode::kInvalidArgument, "is empty");
}

TEST_F(EveryCommandSpecsTest, ATaskMovesOnAndOnlyItsBoxAndTheHistoryChange) {
  const std::string events = File(kEventsPath);
  const Performed updated = Write(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "2",
      "status": "TASK_STATUS_COMPLETED"}})");
  EXPECT_THAT(updated.changes, ElementsAre(absl::StrCat("~", kEventsPath), absl::StrCat("~", kTasksPath)));
  EXPECT_EQ(updated.result.task_status_update().previous_status(), v1::TASK_STATUS_IN_PROGRESS);
  EXPECT_TRUE(updated.result.task_status_update().changed());
  EXPECT_EQ(File(kTasksPath),
            "# Tasks\n\n- [x] 1. Create session store\n  - File: src/session.ts\n  - _Requirements: 1.1_\n"
            "- [x] 2. Add login endpoint\n  - _Leverage: src/session.ts_\n- [x] 3. Write docs\n");
  const std::string added = File(kEventsPath).substr(events.size());
  const auto event = nlohmann::ordered_json::parse(added, nullptr, /*allow_exceptions=*/false);
  EXPECT_EQ(event.value("specName", ""), "user-auth");
  EXPECT_EQ(event.value("taskId", ""), "2");
  EXPECT_EQ(event.value("previousStatus", ""), "in-progress");
  EXPECT_EQ(event.value("nextStatus", ""), "completed");
  EXPECT_EQ(event["summaryAfter"].value("completed", 0), 3);
}

TEST_F(EveryCommandSpecsTest, ATaskThatIsThereAlreadyIsLeftAlone) {
  const Performed same = Perform(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "1",
      "status": "TASK_STATUS_COMPLETED"}})");
  EXPECT_FALSE(same.result.task_status_update().changed());
  EXPECT_THAT(same.changes, IsEmpty());
  EXPECT_THAT(same.audit_lines, IsEmpty());
}

TEST_F(EveryCommandSpecsTest, ATaskUpdateNamesWhatIsWrongWithIt) {
  Refused(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "9", "status": "TASK_STATUS_PENDING"}})",
          StatusCode::kNotFound, "9");
  Refused(R"({"taskStatusUpdate": {"specName": "nope", "taskId": "1", "status": "TASK_STATUS_PENDING"}})",
          StatusCode::kNotFound, "nope");
  Refused(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "1"}})", StatusCode::kInvalidArgument, "status");
  Refused(R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "1", "status": "TASK_STATUS_PENDING",
      "baseHash": "0000000000000000000000000000000000000000000000000000000000000000"}})",
          StatusCode::kAborted, "tasks.md");
}

}  // namespace
}  // namespace specrelay
