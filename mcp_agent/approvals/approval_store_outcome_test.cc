// What follows a decision: undoing, consuming, deleting; snapshots by hand.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class ApprovalOutcomeTest : public StoreFixture {
 protected:
  ApprovalOutcomeTest() { PutRequirements(); }

  absl::Status Undo(absl::string_view id, v1::Actor actor = Person("ann")) {
    DirectTransaction tx = Next(std::move(actor));
    return store_.UndoOne(tx, id);
  }

  absl::StatusOr<v1::ApprovalConsumeResponse> Consume(absl::string_view id, bool remove = false) {
    v1::ApprovalConsumeRequest request;
    request.set_id(std::string(id));
    request.set_delete_(remove);
    DirectTransaction tx = Next();
    const absl::StatusOr<v1::ApprovalConsumeResponse> response = store_.Consume(tx, request);
    effects_ = tx.effects();
    return response;
  }

  absl::Status Delete(absl::string_view id) {
    v1::ApprovalDeleteRequest request;
    request.set_id(std::string(id));
    DirectTransaction tx = Next();
    return store_.Delete(tx, request).status();
  }

  int effects_ = 0;
};

TEST_F(ApprovalOutcomeTest, ADecisionCanBeUndoneWithinItsWindow) {
  const std::string id = CreateApproval();
  const std::string before = Read(PathOf(id));
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  now_ += absl::Seconds(30);
  EXPECT_THAT(Undo(id), IsOk());
  EXPECT_EQ(Read(PathOf(id)), before);
  EXPECT_THAT(Undo(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("no decision to undo")));
  ASSERT_THAT(Decide(UpdateRequest(id, v1::APPROVAL_STATUS_REJECTED)), IsOk());
  now_ += absl::Milliseconds(30'001);
  EXPECT_THAT(Undo(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("for 30s only")));
  EXPECT_EQ(Get(id).status(), v1::APPROVAL_STATUS_REJECTED);
  EXPECT_THAT(Undo("nope"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalOutcomeTest, WhoMayNotDecideMayNotUndoEither) {
  const std::string id = CreateApproval();
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  EXPECT_THAT(Undo(id, Person("eve", "guest")), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(Get(id).status(), v1::APPROVAL_STATUS_APPROVED);
}

TEST_F(ApprovalOutcomeTest, AConsumedDecisionStands) {
  const std::string id = CreateApproval();
  EXPECT_THAT(Consume(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("is pending")));
  EXPECT_THAT(Consume(id, /*remove=*/true), HasCode(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalConsumeResponse response, Consume(id));
  EXPECT_EQ(response.approval().status(), v1::APPROVAL_STATUS_APPROVED);
  EXPECT_EQ(effects_, 1);
  const std::string consumed = Read(PathOf(id));
  EXPECT_EQ(nlohmann::json::parse(consumed)["consumedAt"], "2026-11-21T02:21:34.305Z");
  now_ += absl::Seconds(1);
  EXPECT_THAT(Undo(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("took the decision in")));
  EXPECT_THAT(Consume(id), IsOk());
  EXPECT_EQ(effects_, 0);
  EXPECT_EQ(Read(PathOf(id)), consumed);
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalConsumeResponse deleted, Consume(id, /*remove=*/true));
  EXPECT_FALSE(deleted.has_approval());
  EXPECT_THAT(Consume(id), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ApprovalOutcomeTest, OnlyDecidedApprovalsAreDeleted) {
  const std::string id = CreateApproval();
  EXPECT_THAT(Delete(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("is pending")));
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  EXPECT_THAT(Delete(id), IsOk());
  EXPECT_THAT(Delete(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(tree_.Stat("approvals/user-auth/.snapshots/requirements.md/snapshot-001.json"), IsOk());
}

TEST_F(ApprovalOutcomeTest, ASnapshotCanBeTakenByHand) {
  const std::string id = CreateApproval();
  PutRequirements("# Changed\n");
  v1::ApprovalSnapshotRequest request;
  request.set_id(id);
  DirectTransaction tx = Next();
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshotResponse response, store_.Snapshot(tx, request));
  EXPECT_EQ(response.snapshot().version(), 2);
  EXPECT_EQ(response.snapshot().trigger(), "manual");
  EXPECT_EQ(response.snapshot().content(), "# Changed\n");
  EXPECT_EQ(tx.summary(), absl::StrCat("took snapshot 2 for ", id));
  EXPECT_EQ(Snapshots(id).back().SerializeAsString(), response.snapshot().SerializeAsString());
}

TEST_F(ApprovalOutcomeTest, ADamagedApprovalIsNotOverwritten) {
  tree_.Put(PathOf("approval_bad"), "{\"id\": ");
  EXPECT_THAT(Decide(UpdateRequest("approval_bad")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("approval_bad.json is damaged")));
  EXPECT_THAT(Undo("approval_bad"), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Delete("approval_bad"), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Read(PathOf("approval_bad")), "{\"id\": ");
}

}  // namespace
}  // namespace specrelay
