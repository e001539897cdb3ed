// The spec commands, through the executor on a real tree.
#include "mcp_agent/specs/spec_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kTasks[] = "# Tasks\n\n- [x] 1. One\n  - do it\n- [-] 2. Two\n  - do it\n- [ ] 3. Three\n";

class SpecStoreTest : public ::testing::Test {
 protected:
  // Puts a file into the tree as an editor would.
  void Put(absl::string_view path, absl::string_view bytes) {
    project_.WriteFile(absl::StrCat(".spec-context/", path), bytes);
  }
  std::string Get(absl::string_view path) { return project_.ReadFile(absl::StrCat(".spec-context/", path)); }
  bool Exists(absl::string_view path) { return project_.Exists(absl::StrCat(".spec-context/", path)); }
  void Link(const std::string& target, absl::string_view path) {
    ASSERT_EQ(symlink(target.c_str(), project_.Join(absl::StrCat(".spec-context/", path)).c_str()), 0);
  }
  absl::Status WriteDocument(absl::string_view name, v1::SpecDocument document, absl::string_view content) {
    v1::Command command;
    command.mutable_spec_document_write()->set_name(std::string(name));
    command.mutable_spec_document_write()->set_document(document);
    command.mutable_spec_document_write()->set_content(std::string(content));
    return harness_.Execute(command).status();
  }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(SpecStoreTest, ListsTheActiveSpecsWithWhatTheirDocumentsSay) {
  Put("specs/user-auth/requirements.md", "# R\n");
  Put("specs/user-auth/tasks.md", kTasks);
  Put("specs/billing/design.md", "# D\n");
  Put("archive/specs/old/design.md", "# D\n");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  const auto& specs = result.spec_list().specs();
  ASSERT_EQ(specs.size(), 2);
  EXPECT_EQ(specs[0].name(), "billing");
  EXPECT_FALSE(specs[0].has_task_summary());
  EXPECT_FALSE(specs[0].requirements().exists());
  EXPECT_FALSE(specs[0].requirements().has_last_modified());
  EXPECT_TRUE(specs[0].design().exists());

  const v1::SpecSummary& spec = specs[1];
  EXPECT_EQ(spec.name(), "user-auth");
  EXPECT_EQ(spec.display_name(), "User Auth");
  EXPECT_TRUE(spec.requirements().exists());
  EXPECT_FALSE(spec.design().exists());
  EXPECT_TRUE(spec.tasks().exists());
  EXPECT_EQ(spec.task_summary().total(), 3);
  EXPECT_EQ(spec.task_summary().completed(), 1);
  EXPECT_EQ(spec.task_summary().in_progress(), 1);
  EXPECT_EQ(spec.task_summary().pending(), 1);
}

TEST_F(SpecStoreTest, ASpecIsAsNewAsItsNewestDocumentAndAsOldAsItsDirectory) {
  Put("specs/a/requirements.md", "x");
  Put("specs/a/design.md", "x");
  ASSERT_OK_AND_ASSIGN(const FileStat directory, harness_.tree().Stat("specs/a"));
  const timespec times[2] = {{2'000'000'000, 5}, {2'000'000'000, 5}};
  ASSERT_EQ(utimensat(AT_FDCWD, project_.Join(".spec-context/specs/a/design.md").c_str(), times, 0), 0);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  const v1::SpecSummary& spec = result.spec_list().specs(0);
  EXPECT_EQ(FromProto(spec.created_at()), directory.created);
  EXPECT_EQ(FromProto(spec.last_modified()), absl::FromUnixSeconds(2'000'000'000) + absl::Nanoseconds(5));
  EXPECT_EQ(FromProto(spec.design().last_modified()), FromProto(spec.last_modified()));
}

TEST_F(SpecStoreTest, AnEmptyDirectoryIsASpecThatWasModifiedWhenItWasMade) {
  project_.MakeDirectory(".spec-context/specs/empty");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  ASSERT_EQ(result.spec_list().specs_size(), 1);
  const v1::SpecSummary& spec = result.spec_list().specs(0);
  EXPECT_EQ(FromProto(spec.last_modified()), FromProto(spec.created_at()));
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult read, harness_.Execute(R"({"specRead": {"name": "empty"}})"));
  EXPECT_FALSE(read.spec_read().has_requirements());
  EXPECT_FALSE(read.spec_read().has_design());
  EXPECT_FALSE(read.spec_read().has_tasks());
}

TEST_F(SpecStoreTest, WithoutATreeTheListsAreEmptyAndNothingIsCreated) {
  for (const char* command : {R"({"specList": {}})", R"({"specArchivedList": {}})"}) {
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(command));
    EXPECT_EQ(result.spec_list().specs_size() + result.spec_archived_list().specs_size(), 0);
  }
  for (const char* command : {R"({"specRead": {"name": "a"}})", R"({"specArchivedRead": {"name": "a"}})",
                              R"({"specArchive": {"name": "a"}})", R"({"specUnarchive": {"name": "a"}})",
                              R"({"specDocumentWrite": {"name": "a", "document": 1, "archived": true}})"}) {
    EXPECT_THAT(harness_.Execute(command), HasCode(absl::StatusCode::kNotFound)) << command;
  }
  EXPECT_FALSE(Exists(""));
}

TEST_F(SpecStoreTest, ReadsASpecWithItsDocuments) {
  Put("specs/user-auth/requirements.md", "# R\r\nno final newline");
  Put("specs/user-auth/tasks.md", kTasks);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specRead": {"name": "user-auth"}})"));
  const v1::SpecReadResponse& read = result.spec_read();
  EXPECT_EQ(read.requirements().content(), "# R\r\nno final newline");
  EXPECT_EQ(read.requirements().version().hash(), Sha256Hex("# R\r\nno final newline"));
  EXPECT_EQ(read.requirements().version().size_bytes(), 21);
  EXPECT_EQ(FromProto(read.requirements().version().last_modified()),
            FromProto(read.spec().requirements().last_modified()));
  EXPECT_FALSE(read.has_design());
  EXPECT_EQ(read.tasks().content(), kTasks);
  EXPECT_EQ(read.spec().display_name(), "User Auth");
  EXPECT_EQ(read.spec().task_summary().total(), 3);
}

TEST_F(SpecStoreTest, BytesThatAreNoTextAreReplacedInTheTextButNotInTheHash) {
  Put("specs/a/design.md", "bad \xFF byte");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specRead": {"name": "a"}})"));
  EXPECT_EQ(result.spec_read().design().content(), "bad \xEF\xBF\xBD byte");
  EXPECT_EQ(result.spec_read().design().version().hash(), Sha256Hex("bad \xFF byte"));
}

TEST_F(SpecStoreTest, ASpecThatDoesNotExistIsNotFound) {
  Put("specs/a/design.md", "x");
  Put("specs/file", "x");
  for (const char* command : {R"({"specRead": {"name": "nope"}})", R"({"specRead": {"name": "file"}})",
                              R"({"specArchivedRead": {"name": "a"}})"}) {
    EXPECT_THAT(harness_.Execute(command), IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec not found")))
        << command;
  }
}

TEST_F(SpecStoreTest, NamesThatAreNoneAreRefusedByEveryCommandAndChangeNothing) {
  const std::vector<std::string> names = {"",
                                          ".",
                                          "..",
                                          ".hidden",
                                          "a/b",
                                          "../x",
                                          "/etc",
                                          "a\\b",
                                          std::string("a\0b", 3),
                                          "a\nb",
                                          "\xFF\xFE",
                                          "\xC0\xAE",
                                          std::string(129, 'x')};
  for (const std::string& name : names) {
    std::vector<v1::Command> commands(6);
    commands[0].mutable_spec_read()->set_name(name);
    commands[1].mutable_spec_archived_read()->set_name(name);
    commands[2].mutable_spec_archive()->set_name(name);
    commands[3].mutable_spec_unarchive()->set_name(name);
    commands[4].mutable_spec_document_write()->set_name(name);
    commands[4].mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
    commands[5] = commands[4];
    commands[5].mutable_spec_document_write()->set_archived(true);
    for (const v1::Command& command : commands) {
      EXPECT_THAT(harness_.Execute(command), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("spec name")))
          << command.ShortDebugString();
    }
  }
  EXPECT_FALSE(Exists(""));
}

TEST_F(SpecStoreTest, TheFirstDocumentCreatesTheSpec) {
  ASSERT_OK_AND_ASSIGN(
      const v1::CommandResult result,
      harness_.Execute(
          R"({"specDocumentWrite": {"name": "new", "document": "SPEC_DOCUMENT_DESIGN", "content": "# D\n"}})"));
  EXPECT_TRUE(result.spec_document_write().created());
  EXPECT_EQ(result.spec_document_write().version().hash(), Sha256Hex("# D\n"));
  EXPECT_EQ(Get("specs/new/design.md"), "# D\n");
  ASSERT_THAT(WriteDocument("new", v1::SPEC_DOCUMENT_DESIGN, ""), IsOk());
  EXPECT_EQ(Get("specs/new/design.md"), "");
}

TEST_F(SpecStoreTest, AWriteOnAnotherBaseIsAConflictAndWritesNothing) {
  Put("specs/a/tasks.md", "theirs");
  v1::Command command;
  v1::SpecDocumentWriteRequest& write = *command.mutable_spec_document_write();
  write.set_name("a");
  write.set_document(v1::SPEC_DOCUMENT_TASKS);
  write.set_content("mine");
  for (const std::string& base : {Sha256Hex("old"), std::string()}) {
    write.set_base_hash(base);
    const absl::Status status = harness_.Execute(command).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kAborted));
    EXPECT_EQ(ToCommandError(status).conflict().path(), "specs/a/tasks.md");
    EXPECT_EQ(ToCommandError(status).conflict().current_hash(), Sha256Hex("theirs"));
    EXPECT_EQ(ToCommandError(status).conflict().current_content(), "theirs");
  }
  EXPECT_EQ(Get("specs/a/tasks.md"), "theirs");
  write.set_base_hash(Sha256Hex("theirs"));
  EXPECT_THAT(harness_.Execute(command), IsOk());
  EXPECT_EQ(Get("specs/a/tasks.md"), "mine");
}

TEST_F(SpecStoreTest, BadDocumentsAndContentsAreRefused) {
  EXPECT_THAT(WriteDocument("a", v1::SPEC_DOCUMENT_UNSPECIFIED, "x"),
              IsStatus(absl::StatusCode::kInvalidArgument, StartsWith("Invalid document type")));
  EXPECT_THAT(WriteDocument("a", static_cast<v1::SpecDocument>(99), "x"),
              IsStatus(absl::StatusCode::kInvalidArgument, StartsWith("Invalid document type")));
  EXPECT_THAT(WriteDocument("a", v1::SPEC_DOCUMENT_DESIGN, "\xFF"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  EXPECT_FALSE(Exists(""));
}

TEST_F(SpecStoreTest, TheLimitOnDocumentsHoldsForReadingAndWriting) {
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(100);
  ExecutorHarness limited(project_.path(), policy);
  Put("specs/a/tasks.md", std::string(101, 'x'));
  EXPECT_THAT(limited.Execute(R"({"specRead": {"name": "a"}})"),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("tasks.md")));
  v1::Command command;
  command.mutable_spec_document_write()->set_name("b");
  command.mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
  command.mutable_spec_document_write()->set_content(std::string(101, 'x'));
  EXPECT_THAT(limited.Execute(command), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("max_file_bytes")));
  EXPECT_FALSE(Exists("specs/b"));
  // One document that is too large must not hide the others from a listing.
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, limited.Execute(R"({"specList": {}})"));
  EXPECT_TRUE(result.spec_list().specs(0).tasks().exists());
  EXPECT_FALSE(result.spec_list().specs(0).has_task_summary());
}

TEST_F(SpecStoreTest, ArchivingMovesTheWholeDirectoryAndUnarchivingBringsItBack) {
  Put("specs/user-auth/design.md", "# D\n");
  Put("specs/user-auth/Implementation Logs/log.md", "log");
  ASSERT_THAT(harness_.Execute(R"({"specArchive": {"name": "user-auth"}})"), IsOk());
  EXPECT_FALSE(Exists("specs/user-auth"));
  EXPECT_EQ(Get("archive/specs/user-auth/Implementation Logs/log.md"), "log");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult list, harness_.Execute(R"({"specArchivedList": {}})"));
  ASSERT_EQ(list.spec_archived_list().specs_size(), 1);
  EXPECT_EQ(list.spec_archived_list().specs(0).name(), "user-auth");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult read,
                       harness_.Execute(R"({"specArchivedRead": {"name": "user-auth"}})"));
  EXPECT_EQ(read.spec_archived_read().design().content(), "# D\n");
  ASSERT_THAT(harness_.Execute(R"({"specUnarchive": {"name": "user-auth"}})"), IsOk());
  EXPECT_EQ(Get("specs/user-auth/design.md"), "# D\n");
  EXPECT_FALSE(Exists("archive/specs/user-auth"));
}

TEST_F(SpecStoreTest, MovingWhatIsNotThereIsNotFound) {
  Put("specs/a/design.md", "x");
  EXPECT_THAT(harness_.Execute(R"({"specArchive": {"name": "user-auth"}})"),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec 'user-auth' not found in active specs")));
  EXPECT_THAT(harness_.Execute(R"({"specUnarchive": {"name": "a"}})"),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec 'a' not found in archived specs")));
}

TEST_F(SpecStoreTest, MovingOntoASpecOfTheSameNameIsRefusedAndBothStay) {
  Put("specs/a/design.md", "active");
  Put("archive/specs/a/design.md", "archived");
  for (const char* command : {R"({"specArchive": {"name": "a"}})", R"({"specUnarchive": {"name": "a"}})"}) {
    EXPECT_THAT(harness_.Execute(command), IsStatus(absl::StatusCode::kAlreadyExists,
                                                    AllOf(StartsWith("Spec 'a' already exists"), HasSubstr("rename"))))
        << command;
  }
  EXPECT_EQ(Get("specs/a/design.md"), "active");
  EXPECT_EQ(Get("archive/specs/a/design.md"), "archived");
}

TEST_F(SpecStoreTest, ArchivedDocumentsAreWrittenWhereTheyLie) {
  Put("archive/specs/old/design.md", "x");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result,
                       harness_.Execute(R"({"specDocumentWrite": {"name": "old", "document": "SPEC_DOCUMENT_TASKS",
                                            "content": "- [ ] 1. One\n", "archived": true}})"));
  EXPECT_TRUE(result.spec_document_write().created());
  EXPECT_EQ(Get("archive/specs/old/tasks.md"), "- [ ] 1. One\n");
  EXPECT_FALSE(Exists("specs/old"));
}

TEST_F(SpecStoreTest, ASpecThatLeavesTheArchiveBeforeTheLockIsNotMadeAnew) {
  Put("archive/specs/old/design.md", "x");
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Lock") project_.Remove(".spec-context/archive/specs/old");
    return absl::OkStatus();
  });
  EXPECT_THAT(harness_.Execute(R"({"specDocumentWrite": {"name": "old", "document": 2, "archived": true}})"),
              IsStatus(absl::StatusCode::kNotFound, StartsWith("Spec 'old' not found in archived specs")));
  EXPECT_FALSE(Exists("archive/specs/old"));
}

TEST_F(SpecStoreTest, ASpecThatIsMovedWhileItIsReadIsNotShownHalf) {
  Put("specs/a/requirements.md", "x");
  Put("specs/a/tasks.md", kTasks);
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Read" && path == "specs/a/tasks.md") project_.Remove(".spec-context/specs/a");
    return absl::OkStatus();
  });
  EXPECT_THAT(harness_.Execute(R"({"specRead": {"name": "a"}})"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(SpecStoreTest, SymbolicLinksAreRefusedWhereNamedAndSkippedInLists) {
  const TempDir outside;
  outside.WriteFile("secret/design.md", "secret");
  Put("specs/a/requirements.md", "x");
  Link(outside.Join("secret"), "specs/linked");
  Link(outside.Join("secret/design.md"), "specs/a/design.md");
  Link("nowhere", "specs/a/tasks.md");
  EXPECT_THAT(harness_.Execute(R"({"specRead": {"name": "linked"}})"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness_.Execute(R"({"specRead": {"name": "a"}})"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(WriteDocument("linked", v1::SPEC_DOCUMENT_DESIGN, "mine"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(WriteDocument("a", v1::SPEC_DOCUMENT_DESIGN, "mine"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(WriteDocument("a", v1::SPEC_DOCUMENT_TASKS, "mine"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness_.Execute(R"({"specArchive": {"name": "linked"}})"), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(outside.ReadFile("secret/design.md"), "secret");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  ASSERT_EQ(result.spec_list().specs_size(), 1);
  EXPECT_TRUE(result.spec_list().specs(0).requirements().exists());
  EXPECT_FALSE(result.spec_list().specs(0).design().exists());
  EXPECT_FALSE(result.spec_list().specs(0).tasks().exists());
}

}  // namespace
}  // namespace specrelay
