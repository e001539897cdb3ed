// Reading approvals.
#include "mcp_agent/approvals/approval_store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kNew[] =
    "# Requirements\n\n1. WHEN a user signs in THEN the system SHALL issue a session.\n2. Sessions expire after 24 "
    "hours.\n";

class ApprovalStoreTest : public StoreFixture {
 protected:
  std::vector<std::string> List(bool include_decided = true) {
    v1::ApprovalListRequest request;
    request.set_include_decided(include_decided);
    const absl::StatusOr<v1::ApprovalListResponse> response = store_.List(request);
    EXPECT_THAT(response, IsOk());
    std::vector<std::string> ids;
    if (!response.ok()) return ids;
    for (const v1::Approval& approval : response->approvals()) ids.push_back(approval.id());
    return ids;
  }

  absl::StatusOr<v1::ApprovalContentResponse> Content(absl::string_view id) {
    v1::ApprovalContentRequest request;
    request.set_id(std::string(id));
    return store_.Content(request);
  }

  absl::StatusOr<v1::ApprovalDiffResponse> Diff(absl::string_view id, int from, int to) {
    v1::ApprovalDiffRequest request;
    request.set_id(std::string(id));
    request.set_from_version(from);
    request.set_to_version(to);
    return store_.Diff(request);
  }

  void PutApproval(absl::string_view id, absl::string_view file_path, absl::string_view created_at,
                   absl::string_view category = "user-auth") {
    tree_.Put(ApprovalPath(category, id),
              absl::StrCat(R"({"id": ")", id, R"(", "title": "T", "filePath": ")", file_path,
                           R"(", "type": "document", "status": "pending", "createdAt": ")", created_at,
                           R"(", "category": "spec", "categoryName": ")", category, R"("})"));
  }
};

TEST_F(ApprovalStoreTest, WithoutATreeThereAreNoApprovals) {
  EXPECT_THAT(List(), ElementsAre());
  v1::ApprovalGetRequest request;
  request.set_id("nope");
  EXPECT_THAT(store_.Get(request), IsStatus(absl::StatusCode::kNotFound, "Approval nope not found"));
}

TEST_F(ApprovalStoreTest, TheRecordedApprovalsAreListedNewestFirst) {
  PutSampleTree(tree_);
  EXPECT_THAT(List(), ElementsAre(kSampleApproved, kSampleToRevise));
  EXPECT_THAT(List(/*include_decided=*/false), ElementsAre());
  PutApproval("approval_new", kRequirements, "2026-11-22T00:00:00.000Z", "steering");
  EXPECT_THAT(List(), ElementsAre("approval_new", kSampleApproved, kSampleToRevise));
  EXPECT_THAT(List(/*include_decided=*/false), ElementsAre("approval_new"));
}

TEST_F(ApprovalStoreTest, DamagedFilesAreLeftOutOfListsAndNamedWhenAskedFor) {
  PutSampleTree(tree_);
  tree_.Put(PathOf("approval_bad"), "{\"id\": \"approval_b");
  tree_.Put(PathOf("approval_copy"), Read(PathOf(kSampleApproved)));
  tree_.Put(PathOf("approval_large"), std::string((16 << 20) + 1, ' '));
  tree_.Put("approvals/README.md", "hello");
  tree_.Put("approvals/user-auth/notes.txt", "hello");
  EXPECT_THAT(List(), ElementsAre(kSampleApproved, kSampleToRevise));
  EXPECT_THAT(List(), ElementsAre(kSampleApproved, kSampleToRevise));
  EXPECT_EQ(damage_.reported(), 3);
  for (const char* id : {"approval_bad", "approval_copy", "approval_large"}) {
    v1::ApprovalGetRequest request;
    request.set_id(id);
    const absl::Status status = store_.Get(request).status();
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(std::string(status.message()), HasSubstr(id));
    EXPECT_FALSE(Content(id).ok());
  }
}

TEST_F(ApprovalStoreTest, IdsThatCannotBeAreRefused) {
  PutSampleTree(tree_);
  for (const std::string& id : {std::string(), std::string("."), std::string("../x"), std::string(".snapshots"),
                                std::string("a/b"), std::string("a\\b"), std::string(129, 'a'), std::string("\xFF")}) {
    v1::ApprovalGetRequest request;
    request.set_id(id);
    EXPECT_THAT(store_.Get(request), HasCode(absl::StatusCode::kInvalidArgument)) << id;
  }
}

TEST_F(ApprovalStoreTest, TheContentComesWithItsHashAndItsPathOnTheMachine) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalContentResponse content, Content(kSampleApproved));
  EXPECT_EQ(content.content(), kNew);
  EXPECT_EQ(content.file_path(), "/home/user/project/.spec-context/specs/user-auth/requirements.md");
  EXPECT_EQ(content.hash(), Sha256Hex(kNew));
}

TEST_F(ApprovalStoreTest, APathOutOfTheProjectIsNeverRead) {
  for (const char* path : {"/etc/passwd", "../x", "a/../../x", "/home/user/project2/x", "/home/user/project/../x", "..",
                           ".spec-context/../../x"}) {
    PutApproval("approval_1", path, "2026-11-22T00:00:00.000Z");
    EXPECT_THAT(Content("approval_1"), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
  for (const char* path : {"", "a//b", ".spec-context"}) {
    PutApproval("approval_1", path, "2026-11-22T00:00:00.000Z");
    EXPECT_FALSE(Content("approval_1").ok()) << path;
  }
  PutApproval("approval_1", ".spec-context/.specrelay/journal", "2026-11-22T00:00:00.000Z");
  EXPECT_THAT(Content("approval_1"), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(ApprovalStoreTest, AnAbsolutePathIntoTheProjectIsReadAsItsRelativeOne) {
  PutRequirements("text");
  PutApproval("approval_1", absl::StrCat("/home/user/project/", kRequirements), "2026-11-22T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalContentResponse content, Content("approval_1"));
  EXPECT_EQ(content.content(), "text");
  EXPECT_EQ(content.file_path(), absl::StrCat("/home/user/project/", kRequirements));
}

TEST_F(ApprovalStoreTest, AFileOutsideOfTheTreeIsReadAsThePolicyAllows) {
  project_files_.Put("docs/plan.md", "plan");
  PutApproval("approval_1", "docs/plan.md", "2026-11-22T00:00:00.000Z");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalContentResponse content, Content("approval_1"));
  EXPECT_EQ(content.content(), "plan");

  v1::ApprovalContentRequest request;
  request.set_id("approval_1");
  const EnforcedPolicy strict{v1::AgentPolicy()};
  const ApprovalStore refused(tree_, &project_files_, strict, damage_, Options());
  EXPECT_THAT(refused.Content(request), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));
  const ApprovalStore without(tree_, nullptr, policy_, damage_, Options());
  EXPECT_THAT(without.Content(request), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));
}

TEST_F(ApprovalStoreTest, ADocumentThatIsTooLargeIsRefused) {
  PutRequirements(std::string((10 << 20) + 1, 'a'));
  PutApproval("approval_1", kRequirements, "2026-11-22T00:00:00.000Z");
  EXPECT_THAT(Content("approval_1"), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(ApprovalStoreTest, AllSnapshotsOfTheFileAreShownWhicheverApprovalTheyWereTakenFor) {
  PutSampleTree(tree_);
  const std::vector<v1::ApprovalSnapshot> snapshots = Snapshots(kSampleToRevise);
  ASSERT_EQ(snapshots.size(), 4u);
  EXPECT_EQ(snapshots[0].approval_id(), kSampleToRevise);
  EXPECT_EQ(snapshots[3].approval_id(), kSampleApproved);
  v1::ApprovalSnapshotGetRequest request;
  request.set_id(kSampleApproved);
  request.set_version(1);
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshotGetResponse one, store_.SnapshotGet(request));
  EXPECT_EQ(one.snapshot().id(), "snapshot_1795227691105_crqsp648c");
  request.set_version(9);
  EXPECT_THAT(store_.SnapshotGet(request), IsStatus(absl::StatusCode::kNotFound, "Snapshot version 9 not found"));
  request.set_id("nope");
  EXPECT_THAT(store_.SnapshotGet(request), IsStatus(absl::StatusCode::kNotFound, "Approval nope not found"));
}

TEST_F(ApprovalStoreTest, DiffsAreThoseOfTheRecordedExchange) {
  PutSampleTree(tree_);
  for (const int to : {0, 4}) {
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalDiffResponse diff, Diff(kSampleApproved, 1, to));
    EXPECT_EQ(diff.additions(), 1);
    EXPECT_EQ(diff.deletions(), 0);
    EXPECT_EQ(diff.changes(), 0);
    ASSERT_EQ(diff.chunks_size(), 1);
    EXPECT_EQ(diff.chunks(0).old_lines(), 3);
    EXPECT_EQ(diff.chunks(0).new_lines(), 4);
    ASSERT_EQ(diff.chunks(0).lines_size(), 4);
    EXPECT_EQ(diff.chunks(0).lines(3).content(), "2. Sessions expire after 24 hours.");
    EXPECT_EQ(diff.chunks(0).lines(3).new_line_number(), 4);
    EXPECT_FALSE(diff.chunks(0).lines(3).has_old_line_number());
  }
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalDiffResponse same, Diff(kSampleApproved, 1, 2));
  EXPECT_EQ(same.chunks_size(), 0);
}

TEST_F(ApprovalStoreTest, ADiffNeedsVersionsThatExist) {
  PutSampleTree(tree_);
  EXPECT_THAT(Diff(kSampleApproved, 9, 0), IsStatus(absl::StatusCode::kNotFound, "Snapshot version 9 not found"));
  EXPECT_THAT(Diff(kSampleApproved, 1, 9), IsStatus(absl::StatusCode::kNotFound, "Snapshot version 9 not found"));
  EXPECT_THAT(Diff(kSampleApproved, 0, 0), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Diff("nope", 1, 0), IsStatus(absl::StatusCode::kNotFound, "Approval nope not found"));
}

TEST_F(ApprovalStoreTest, AThousandApprovalsAreListedQuickly) {
  for (int i = 0; i < 1000; ++i) {
    PutApproval(absl::StrCat("approval_", i), kRequirements, "2026-11-22T00:00:00.000Z", absl::StrCat("spec-", i % 50));
  }
  const absl::Time start = absl::Now();
  EXPECT_EQ(List().size(), 1000u);
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));  // generous: sanitizers and busy machines
}

}  // namespace
}  // namespace specrelay
