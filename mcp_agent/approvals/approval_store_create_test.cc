// Asking for approvals.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/auto_approve.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ApprovalCreateTest : public StoreFixture {
 protected:
  absl::StatusOr<v1::ApprovalCreateResponse> Create(const v1::ApprovalCreateRequest& request) {
    DirectTransaction tx = Next();
    const absl::StatusOr<v1::ApprovalCreateResponse> response = store_.Create(tx, request);
    effects_ = tx.effects();
    summary_ = tx.summary();
    return response;
  }

  void SwitchAutoApproveOn() {
    DirectTransaction tx = Next(Person("owner"));
    v1::AutoApproveSetRequest request;
    request.set_enabled(true);
    ASSERT_THAT(AutoApproveStore(tree_, damage_, nullptr).Set(tx, request), IsOk());
  }

  int effects_ = 0;
  std::string summary_;
};

TEST_F(ApprovalCreateTest, ARequestIsStoredWithTheFirstSnapshot) {
  PutRequirements();
  v1::ApprovalCreateRequest request = CreateRequest();
  (*request.mutable_metadata()->mutable_fields())["branch"].set_string_value("main");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, Create(request));
  EXPECT_TRUE(response.created());
  const v1::Approval& approval = response.approval();
  EXPECT_THAT(approval.id(), StartsWith("approval_"));
  EXPECT_EQ(approval.status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_EQ(FromProto(approval.created_at()), now_);
  EXPECT_EQ(Get(approval.id()).SerializeAsString(), approval.SerializeAsString());
  EXPECT_EQ(summary_, absl::StrCat("asked for ", approval.id()));
  const std::vector<v1::ApprovalSnapshot> snapshots = Snapshots(approval.id());
  ASSERT_EQ(snapshots.size(), 1u);
  EXPECT_EQ(snapshots[0].trigger(), "initial");
  EXPECT_EQ(snapshots[0].status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_EQ(snapshots[0].content(), "# Requirements\n");
  EXPECT_EQ(snapshots[0].lines(), 2);
}

TEST_F(ApprovalCreateTest, TheFirstSnapshotIsTakenOnceForAFile) {
  PutSampleTree(tree_);
  const std::string id = CreateApproval();
  EXPECT_EQ(Snapshots(id).size(), 4u);
}

TEST_F(ApprovalCreateTest, AnEqualPendingRequestIsReturnedAndNotDoubled) {
  PutRequirements();
  const std::string id = CreateApproval();
  for (const char* path : {kRequirements, "./.spec-context/specs/user-auth/requirements.md"}) {
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse again, Create(CreateRequest(path)));
    EXPECT_FALSE(again.created());
    EXPECT_EQ(again.approval().id(), id);
    EXPECT_EQ(effects_, 0);
  }
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse other, Create(CreateRequest(kRequirements, "Another")));
  EXPECT_TRUE(other.created());
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse next, Create(CreateRequest()));
  EXPECT_TRUE(next.created());
  EXPECT_NE(next.approval().id(), id);
}

TEST_F(ApprovalCreateTest, TheSameCommandMakesTheSameApproval) {
  PutRequirements();
  std::string first;
  for (int i = 0; i < 2; ++i) {
    DirectTransaction tx(tree_, "the same request", now_);
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, store_.Create(tx, CreateRequest()));
    EXPECT_TRUE(response.created());
    if (i == 0) first = response.approval().id();
    EXPECT_EQ(response.approval().id(), first);
    EXPECT_EQ(tx.effects(), i == 0 ? 3 : 0);
  }
  DirectTransaction tx(tree_, "the same request", now_);
  EXPECT_THAT(store_.Create(tx, CreateRequest(kRequirements, "Another")), HasCode(absl::StatusCode::kAlreadyExists));
}

TEST_F(ApprovalCreateTest, PathsOutOfTheProjectAreRefused) {
  for (const char* path : {"/etc/passwd", "../x.md", "a/../b.md", "/home/user/project/.spec-context/specs/a.md",
                           ".spec-context/.specrelay/lock"}) {
    EXPECT_THAT(Create(CreateRequest(path)), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
  for (const char* path : {"", "./", "a//b", "a/", "\xFF"}) {
    EXPECT_THAT(Create(CreateRequest(path)), HasCode(absl::StatusCode::kInvalidArgument)) << path;
  }
  EXPECT_THAT(tree_.Stat("approvals"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalCreateTest, BadArgumentsAreRefused) {
  PutRequirements();
  const auto expect_refused = [this](auto change) {
    v1::ApprovalCreateRequest request = CreateRequest();
    change(request);
    EXPECT_THAT(Create(request), HasCode(absl::StatusCode::kInvalidArgument)) << request.ShortDebugString();
    EXPECT_EQ(effects_, 0);
  };
  using Request = v1::ApprovalCreateRequest;
  expect_refused([](Request& r) { r.set_title(""); });
  expect_refused([](Request& r) { r.set_title("two\nlines"); });
  expect_refused([](Request& r) { r.set_title(std::string(1001, 'a')); });
  expect_refused([](Request& r) { r.set_type(v1::APPROVAL_TYPE_UNSPECIFIED); });
  expect_refused([](Request& r) { r.set_type(static_cast<v1::ApprovalType>(9)); });
  expect_refused([](Request& r) { r.set_category(v1::APPROVAL_CATEGORY_UNSPECIFIED); });
  expect_refused([](Request& r) { r.set_category_name(""); });
  expect_refused([](Request& r) { r.set_category_name("../other"); });
  expect_refused([](Request& r) { r.set_category_name(".snapshots"); });
  expect_refused(
      [](Request& r) { (*r.mutable_metadata()->mutable_fields())["a"].set_string_value(std::string(300'000, 'a')); });
}

TEST_F(ApprovalCreateTest, ADocumentMustExistAndAnActionNeedsNone) {
  EXPECT_THAT(Create(CreateRequest()), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(effects_, 0);
  v1::ApprovalCreateRequest request = CreateRequest();
  request.set_type(v1::APPROVAL_TYPE_ACTION);
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, Create(request));
  EXPECT_TRUE(Snapshots(response.approval().id()).empty());
  EXPECT_THAT(Decide(UpdateRequest(response.approval().id())), IsOk());
}

TEST_F(ApprovalCreateTest, AFileBesideTheTreeNeedsThePolicysLeave) {
  project_files_.Put("docs/plan.md", "plan");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, Create(CreateRequest("docs/plan.md")));
  EXPECT_EQ(Snapshots(response.approval().id())[0].content(), "plan");
  const EnforcedPolicy strict{v1::AgentPolicy()};
  const ApprovalStore refusing(tree_, &project_files_, strict, damage_, Options());
  DirectTransaction tx = Next();
  EXPECT_THAT(refusing.Create(tx, CreateRequest("docs/plan.md", "Another")),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));
}

TEST_F(ApprovalCreateTest, ATasksDocumentWithErrorsIsRefusedWithTheirLines) {
  constexpr char kTasks[] = ".spec-context/specs/user-auth/tasks.md";
  tree_.Put("specs/user-auth/tasks.md", "# Tasks\n\n- [ ] 1. One\n- [ ] two\n  - _Requirements: 1\n");
  EXPECT_THAT(Create(CreateRequest(kTasks)),
              IsStatus(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("line 4: "), HasSubstr("line 5: "))));
  EXPECT_EQ(effects_, 0);
  tree_.Put("specs/user-auth/tasks.md", "# Tasks\n\n- [ ] 1. One\n");
  EXPECT_THAT(Create(CreateRequest(kTasks)), IsOk());
}

TEST_F(ApprovalCreateTest, AutoApproveDecidesAtOnceAndSaysSo) {
  SwitchAutoApproveOn();
  PutRequirements();
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, Create(CreateRequest()));
  EXPECT_EQ(effects_, 4);  // two snapshots, one index, the approval
  const v1::Approval approval = Get(response.approval().id());
  EXPECT_EQ(approval.status(), v1::APPROVAL_STATUS_APPROVED);
  EXPECT_TRUE(approval.auto_approved());
  EXPECT_EQ(approval.response(), "Auto-approved");
  EXPECT_EQ(approval.decided_by().key_name(), "owner");
  EXPECT_EQ(FromProto(approval.responded_at()), now_);
  EXPECT_EQ(response.approval().SerializeAsString(), approval.SerializeAsString());
  const std::vector<v1::ApprovalSnapshot> snapshots = Snapshots(approval.id());
  ASSERT_EQ(snapshots.size(), 2u);
  EXPECT_EQ(snapshots[0].trigger(), "initial");
  EXPECT_EQ(snapshots[1].trigger(), "approved");
  EXPECT_EQ(snapshots[1].status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_NE(snapshots[0].id(), snapshots[1].id());
  EXPECT_EQ(summary_, absl::StrCat("asked for and auto-approved ", approval.id()));
  EXPECT_EQ(nlohmann::json::parse(Read(PathOf(approval.id())))["autoApproved"], true);
}

TEST_F(ApprovalCreateTest, DamagedSettingsGrantNothing) {
  tree_.Put("settings.json", "{\"autoApprove\": {\"enabled\": true");
  PutRequirements();
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalCreateResponse response, Create(CreateRequest()));
  EXPECT_EQ(response.approval().status(), v1::APPROVAL_STATUS_PENDING);
}

}  // namespace
}  // namespace specrelay
