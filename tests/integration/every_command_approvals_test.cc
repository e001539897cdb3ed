// The commands on approvals, but for those that wait for them.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/substitute.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kApproved[] = "approval_1795227691108_1b48edv3j";
constexpr char kToRevise[] = "approval_1795227691095_vxha7e9ph";
constexpr char kDesign[] = "specs/user-auth/design.md";
constexpr char kDesignSnapshots[] = "approvals/user-auth/.snapshots/design.md";
constexpr char kRecordedSnapshots[] = "approvals/user-auth/.snapshots/requirements.md";

std::string PathOf(absl::string_view id) { return absl::StrCat("approvals/user-auth/", id, ".json"); }

class EveryCommandApprovalsTest : public CommandFixture {
 protected:
  static std::string CreateJson(absl::string_view title, absl::string_view document = "design.md") {
    return absl::Substitute(
        R"({"approvalCreate": {"title": "$0", "filePath": ".spec-context/specs/user-auth/$1",
            "type": "APPROVAL_TYPE_DOCUMENT", "category": "APPROVAL_CATEGORY_SPEC", "categoryName": "user-auth"}})",
        title, document);
  }

  std::string Create(absl::string_view title) {
    return Write(CreateJson(title)).result.approval_create().approval().id();
  }

  std::string Status(absl::string_view id) const { return JsonFile(PathOf(id)).value("status", ""); }
};

TEST_F(EveryCommandApprovalsTest, ApprovalsOfExistingToolsAreListedNewestFirstAndRead) {
  EXPECT_EQ(Read(R"({"approvalList": {}})").approval_list().approvals_size(), 0) << "none is pending";
  const auto all = Read(R"({"approvalList": {"includeDecided": true}})").approval_list();
  ASSERT_EQ(all.approvals_size(), 2);
  EXPECT_EQ(all.approvals(0).id(), kApproved);
  EXPECT_EQ(all.approvals(1).id(), kToRevise);
  const auto one = Read(absl::Substitute(R"({"approvalGet": {"id": "$0"}})", kToRevise)).approval_get().approval();
  EXPECT_EQ(one.status(), v1::APPROVAL_STATUS_NEEDS_REVISION);
  EXPECT_EQ(one.response(), "Please add numbers");
  ASSERT_EQ(one.comments_size(), 1);
  EXPECT_EQ(one.comments(0).line_number(), 3);
  const auto content = Read(absl::Substitute(R"({"approvalContent": {"id": "$0"}})", kToRevise)).approval_content();
  EXPECT_EQ(content.content(), File("specs/user-auth/requirements.md"));
  EXPECT_EQ(content.hash(), Sha256Hex(content.content()));
  EXPECT_EQ(content.file_path(), project_dir() + "/.spec-context/specs/user-auth/requirements.md");
}

TEST_F(EveryCommandApprovalsTest, SnapshotsOfExistingToolsAreListedReadAndCompared) {
  const auto list = Read(absl::Substitute(R"({"approvalSnapshots": {"id": "$0"}})", kApproved)).approval_snapshots();
  ASSERT_EQ(list.snapshots_size(), 4);
  EXPECT_EQ(list.snapshots(1).trigger(), "revision_requested");
  const auto second = Read(absl::Substitute(R"({"approvalSnapshotGet": {"id": "$0", "version": 2}})", kApproved));
  EXPECT_EQ(second.approval_snapshot_get().snapshot().lines(), 4);
  const auto diff =
      Read(absl::Substitute(R"({"approvalDiff": {"id": "$0", "fromVersion": 2}})", kApproved)).approval_diff();
  EXPECT_EQ(diff.additions(), 1);
  EXPECT_EQ(diff.deletions(), 0);
  EXPECT_EQ(Read(absl::Substitute(R"({"approvalDiff": {"id": "$0", "fromVersion": 1, "toVersion": 2}})", kApproved))
                .approval_diff()
                .chunks_size(),
            0);
}

TEST_F(EveryCommandApprovalsTest, ReadsOfWhatThereIsNotSaySo) {
  for (const char* command : {"approvalGet", "approvalContent", "approvalSnapshots"}) {
    Refused(absl::Substitute(R"({"$0": {"id": "nope"}})", command), StatusCode::kNotFound, "Approval nope not found");
    Refused(absl::Substitute(R"({"$0": {"id": "../x"}})", command), StatusCode::kInvalidArgument, "path separator");
  }
  Refused(R"({"approvalSnapshotGet": {"id": "nope", "version": 1}})", StatusCode::kNotFound, "Approval nope not found");
  Refused(absl::Substitute(R"({"approvalSnapshotGet": {"id": "$0", "version": 9}})", kApproved), StatusCode::kNotFound,
          "Snapshot version 9 not found");
  Refused(R"({"approvalDiff": {"id": "nope", "fromVersion": 1}})", StatusCode::kNotFound, "Approval nope not found");
  Refused(absl::Substitute(R"({"approvalDiff": {"id": "$0", "fromVersion": 1, "toVersion": 9}})", kApproved),
          StatusCode::kNotFound, "Snapshot version 9 not found");
}

TEST_F(EveryCommandApprovalsTest, ARequestIsWrittenAsExistingToolsWriteItWithASnapshotOfTheDocument) {
  const Performed created = Write(CreateJson("Review design"));
  const v1::Approval& approval = created.result.approval_create().approval();
  EXPECT_TRUE(created.result.approval_create().created());
  EXPECT_THAT(created.changes,
              UnorderedElementsAre("+" + PathOf(approval.id()), absl::StrCat("+", kDesignSnapshots, "/metadata.json"),
                                   absl::StrCat("+", kDesignSnapshots, "/snapshot-001.json")));
  const nlohmann::ordered_json json = JsonFile(PathOf(approval.id()));
  EXPECT_THAT(KeysOf(json),
              ElementsAre("id", "title", "filePath", "type", "status", "createdAt", "category", "categoryName"));
  EXPECT_EQ(json.value("filePath", ""), ".spec-context/specs/user-auth/design.md");
  EXPECT_EQ(json.value("type", ""), "document");
  EXPECT_EQ(json.value("status", ""), "pending");
  EXPECT_EQ(json.value("category", ""), "spec");

  const auto snapshot = JsonFile(absl::StrCat(kDesignSnapshots, "/snapshot-001.json"));
  const auto recorded = JsonFile(absl::StrCat(kRecordedSnapshots, "/snapshot-001.json"));
  EXPECT_THAT(KeysOf(snapshot), ElementsAreArray(KeysOf(recorded)));
  EXPECT_THAT(KeysOf(snapshot["fileStats"]), ElementsAreArray(KeysOf(recorded["fileStats"])));
  EXPECT_EQ(snapshot.value("content", ""), File(kDesign));
  EXPECT_EQ(snapshot.value("trigger", ""), "initial");
  const auto index = JsonFile(absl::StrCat(kDesignSnapshots, "/metadata.json"));
  const auto recorded_index = JsonFile(absl::StrCat(kRecordedSnapshots, "/metadata.json"));
  EXPECT_THAT(KeysOf(index), ElementsAreArray(KeysOf(recorded_index)));
  EXPECT_THAT(KeysOf(index["snapshots"][0]), ElementsAreArray(KeysOf(recorded_index["snapshots"][0])));

  const Performed again = Perform(CreateJson("Review design"));
  EXPECT_FALSE(again.result.approval_create().created());
  EXPECT_EQ(again.result.approval_create().approval().id(), approval.id());
  EXPECT_THAT(again.changes, IsEmpty());
  EXPECT_THAT(again.audit_lines, IsEmpty());
}

TEST_F(EveryCommandApprovalsTest, ARequestThatNobodyCouldReviewIsRefused) {
  const auto create = [](absl::string_view fields) { return absl::Substitute(R"({"approvalCreate": {$0}})", fields); };
  constexpr char kRest[] =
      R"("type": "APPROVAL_TYPE_DOCUMENT", "category": "APPROVAL_CATEGORY_SPEC", "categoryName": "user-auth")";
  Refused(create(absl::StrCat(R"("filePath": ".spec-context/specs/user-auth/design.md", )", kRest)),
          StatusCode::kInvalidArgument, "title");
  Refused(create(absl::StrCat(R"("title": "t", )", kRest)), StatusCode::kInvalidArgument, "file path is empty");
  Refused(create(absl::StrCat(R"("title": "t", "filePath": "../../etc/passwd", )", kRest)),
          StatusCode::kPermissionDenied, "leaves the project");
  Refused(create(absl::StrCat(R"("title": "t", "filePath": ".spec-context/specs/user-auth/no.md", )", kRest)),
          StatusCode::kNotFound, "no.md");
  Refused(create(R"("title": "t", "filePath": ".spec-context/steering/tech.md")"), StatusCode::kInvalidArgument,
          "the types are document and action");
  Refused(create(R"("title": "t", "filePath": ".spec-context/steering/tech.md", "type": "APPROVAL_TYPE_ACTION")"),
          StatusCode::kInvalidArgument, "the categories are spec and steering");
  Refused(create(R"("title": "t", "filePath": ".spec-context/steering/tech.md", "type": "APPROVAL_TYPE_ACTION",
                    "category": "APPROVAL_CATEGORY_STEERING", "categoryName": "a/b")"),
          StatusCode::kInvalidArgument, "path separator");
}

TEST_F(EveryCommandApprovalsTest, TasksAreCheckedBeforeAnybodyReviewsThem) {
  PutFile("specs/draft/tasks.md", "# Tasks\n\n- [ ] 1. Good\n- [ ] Without a number\n- [ ] 2. Open _Prompt: x\n");
  Refused(
      R"({"approvalCreate": {"title": "t", "filePath": ".spec-context/specs/draft/tasks.md", "categoryName": "draft",
      "type": "APPROVAL_TYPE_DOCUMENT", "category": "APPROVAL_CATEGORY_SPEC"}})",
      StatusCode::kInvalidArgument, "line 4");
}

TEST_F(EveryCommandApprovalsTest, ADecisionIsKeptWithWhoMadeItAndWhatTheyHadSeen) {
  const std::string id = Create("Review design");
  const std::string hash = Sha256Hex(File(kDesign));
  const Performed decided = Write(absl::Substitute(
      R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED", "response": "Fine", "reviewedHash": "$1",
          "annotations": "a", "comments": [{"type": "selection", "comment": "why?", "selectedText": "Changed",
          "lineNumber": 3, "highlightColor": "#ffeb3b"}, {"type": "general", "comment": "ok"}]}})",
      id, hash));
  EXPECT_THAT(decided.changes,
              UnorderedElementsAre("~" + PathOf(id), absl::StrCat("~", kDesignSnapshots, "/metadata.json"),
                                   absl::StrCat("+", kDesignSnapshots, "/snapshot-002.json")));
  const nlohmann::ordered_json json = JsonFile(PathOf(id));
  EXPECT_EQ(json.value("status", ""), "approved");
  EXPECT_EQ(json.value("response", ""), "Fine");
  EXPECT_EQ(json.value("reviewedHash", ""), hash);
  EXPECT_EQ(json["decidedBy"].value("account", ""), "acme");
  EXPECT_EQ(json["decidedBy"].value("keyName", ""), "user");
  EXPECT_EQ(json["comments"].size(), 2u);
  EXPECT_THAT(KeysOf(json["comments"][0]), ElementsAreArray(KeysOf(JsonFile(PathOf(kToRevise))["comments"][0])));
  const auto snapshot = JsonFile(absl::StrCat(kDesignSnapshots, "/snapshot-002.json"));
  EXPECT_EQ(snapshot.value("trigger", ""), "approved");
  EXPECT_EQ(snapshot.value("status", ""), "pending") << "taken before the status changes";

  Refused(absl::Substitute(R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_REJECTED"}})", id),
          StatusCode::kFailedPrecondition, "already approved");
  EXPECT_EQ(refusal().precondition().actor().key_name(), "user");
  EXPECT_TRUE(refusal().precondition().has_at());
}

TEST_F(EveryCommandApprovalsTest, ADecisionOnAnotherContentDecidesNothingAndShowsWhatChanged) {
  const std::string id = Create("Review design");
  const std::string reviewed = Sha256Hex(File(kDesign));
  PutFile(kDesign, "# Design\n\nChanged once more.\n");
  Refused(absl::Substitute(
              R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED", "reviewedHash": "$1"}})", id,
              reviewed),
          StatusCode::kAborted, "+Changed once more.");
  EXPECT_EQ(refusal().conflict().current_hash(), Sha256Hex(File(kDesign)));
  EXPECT_EQ(refusal().conflict().path(), kDesign);
  EXPECT_EQ(Status(id), "pending");
  Refused(absl::Substitute(R"({"approvalUpdate": {"id": "$0"}})", id), StatusCode::kInvalidArgument,
          "a decision is approved, rejected or needs-revision");
  Refused(R"({"approvalUpdate": {"id": "nope", "status": "APPROVAL_STATUS_APPROVED"}})", StatusCode::kNotFound,
          "Approval nope not found");
}

TEST_F(EveryCommandApprovalsTest, SnapshotsAreTakenOnDemand) {
  const Performed taken = Write(absl::Substitute(R"({"approvalSnapshot": {"id": "$0"}})", kApproved));
  EXPECT_EQ(taken.result.approval_snapshot().snapshot().version(), 5);
  EXPECT_THAT(taken.changes, UnorderedElementsAre(absl::StrCat("~", kRecordedSnapshots, "/metadata.json"),
                                                  absl::StrCat("+", kRecordedSnapshots, "/snapshot-005.json")));
  const auto index = JsonFile(absl::StrCat(kRecordedSnapshots, "/metadata.json"));
  EXPECT_EQ(index.value("currentVersion", 0), 5);
  EXPECT_EQ(index["snapshots"].size(), 5u);
  EXPECT_EQ(JsonFile(absl::StrCat(kRecordedSnapshots, "/snapshot-005.json")).value("trigger", ""), "manual");
  Refused(R"({"approvalSnapshot": {"id": "nope"}})", StatusCode::kNotFound, "Approval nope not found");
}

TEST_F(EveryCommandApprovalsTest, ADecidedRequestIsDeletedAndAPendingOneIsNot) {
  EXPECT_THAT(Write(absl::Substitute(R"({"approvalDelete": {"id": "$0"}})", kToRevise)).changes,
              ElementsAre("-" + PathOf(kToRevise)));
  Refused(absl::Substitute(R"({"approvalDelete": {"id": "$0"}})", kToRevise), StatusCode::kNotFound, "not found");
  const std::string id = Create("Review design");
  Refused(absl::Substitute(R"({"approvalDelete": {"id": "$0"}})", id), StatusCode::kFailedPrecondition, "is pending");
}

TEST_F(EveryCommandApprovalsTest, ABatchDecidesEachForItselfAndIsTakenBackUntilConsumed) {
  const std::string first = Create("First");
  const std::string second = Create("Second");
  const Performed batch = Perform(absl::Substitute(
      R"({"approvalBatchUpdate": {"ids": ["$0", "missing", "$1"], "status": "APPROVAL_STATUS_REJECTED",
          "response": "no"}})",
      first, second));
  const auto& items = batch.result.approval_batch_update().items();
  ASSERT_EQ(items.size(), 3);
  EXPECT_EQ(items[0].code(), 0);
  EXPECT_EQ(items[1].code(), static_cast<int>(StatusCode::kNotFound));
  EXPECT_EQ(items[1].error(), "Approval missing not found");
  EXPECT_EQ(items[2].code(), 0);
  EXPECT_THAT(batch.changes, testing::IsSupersetOf({"~" + PathOf(first), "~" + PathOf(second)}));
  EXPECT_EQ(batch.audit_lines.size(), 2u);
  EXPECT_EQ(Status(first), "rejected");
  EXPECT_EQ(Status(second), "rejected");

  const Performed undone =
      Perform(absl::Substitute(R"({"approvalUndo": {"ids": ["$0", "$1", "missing"]}})", first, second));
  EXPECT_EQ(undone.result.approval_undo().items(0).code(), 0);
  EXPECT_EQ(undone.result.approval_undo().items(2).code(), static_cast<int>(StatusCode::kNotFound));
  EXPECT_THAT(undone.changes, UnorderedElementsAre("~" + PathOf(first), "~" + PathOf(second)));
  EXPECT_THAT(KeysOf(JsonFile(PathOf(first))),
              ElementsAre("id", "title", "filePath", "type", "status", "createdAt", "category", "categoryName"));

  Write(absl::Substitute(R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED"}})", first));
  EXPECT_THAT(Write(absl::Substitute(R"({"approvalConsume": {"id": "$0"}})", first)).changes,
              ElementsAre("~" + PathOf(first)));
  EXPECT_TRUE(JsonFile(PathOf(first)).contains("consumedAt"));
  const Performed late = Perform(absl::Substitute(R"({"approvalUndo": {"ids": ["$0"]}})", first));
  EXPECT_EQ(late.result.approval_undo().items(0).code(), static_cast<int>(StatusCode::kFailedPrecondition));
  EXPECT_THAT(late.result.approval_undo().items(0).error(), testing::HasSubstr("took the decision in"));
  EXPECT_THAT(late.changes, IsEmpty());
}

TEST_F(EveryCommandApprovalsTest, ABatchOfNothingOrOfTooMuchIsRefused) {
  Refused(R"({"approvalBatchUpdate": {"status": "APPROVAL_STATUS_REJECTED"}})", StatusCode::kInvalidArgument,
          "ids must be a non-empty array");
  Refused(R"({"approvalBatchUpdate": {"ids": ["a"]}})", StatusCode::kInvalidArgument, "a decision is approved");
  Refused(R"({"approvalUndo": {}})", StatusCode::kInvalidArgument, "ids must be a non-empty array");
  Refused(R"({"approvalUndo": {"ids": ["a", "a"]}})", StatusCode::kInvalidArgument, "twice");
  std::string ids = R"("a0")";
  for (int i = 1; i <= 100; ++i) absl::StrAppend(&ids, ", \"a", i, "\"");
  Refused(absl::Substitute(R"({"approvalUndo": {"ids": [$0]}})", ids), StatusCode::kInvalidArgument, "limit is 100");
}

TEST_F(EveryCommandApprovalsTest, AConsumedDecisionCanBeDeletedWithIt) {
  EXPECT_THAT(Write(absl::Substitute(R"({"approvalConsume": {"id": "$0", "delete": true}})", kApproved)).changes,
              ElementsAre("-" + PathOf(kApproved)));
  const std::string id = Create("Review design");
  Refused(absl::Substitute(R"({"approvalConsume": {"id": "$0"}})", id), StatusCode::kFailedPrecondition, "is pending");
  Refused(R"({"approvalConsume": {"id": "nope"}})", StatusCode::kNotFound, "Approval nope not found");
}

TEST_F(EveryCommandApprovalsTest, AutoApproveGrantsWhatIsAskedForAndSaysSo) {
  EXPECT_FALSE(Read(R"({"autoApproveGet": {}})").auto_approve_get().enabled());
  EXPECT_THAT(Write(R"({"autoApproveSet": {"enabled": true}})").changes, ElementsAre("+settings.json"));
  EXPECT_TRUE(JsonFile("settings.json")["autoApprove"].value("enabled", false));
  EXPECT_TRUE(Read(R"({"autoApproveGet": {}})").auto_approve_get().enabled());
  EXPECT_TRUE(Read(R"({"projectInfo": {}})").project_info().auto_approve());
  const v1::Approval approval = Write(CreateJson("Granted")).result.approval_create().approval();
  EXPECT_EQ(approval.status(), v1::APPROVAL_STATUS_APPROVED);
  EXPECT_TRUE(approval.auto_approved());
  EXPECT_TRUE(JsonFile(PathOf(approval.id())).value("autoApproved", false));
  EXPECT_EQ(JsonFile(PathOf(approval.id()))["decidedBy"].value("keyName", ""), "user");
}

}  // namespace
}  // namespace specrelay
