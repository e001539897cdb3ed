// Decisions on several approvals at once.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/testing/direct_ledger.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class ApprovalBatchTest : public StoreFixture {
 protected:
  ApprovalBatchTest() { PutRequirements(); }

  static WriteRequest Base(absl::string_view request_id = "batch") {
    WriteRequest base;
    base.request_id = std::string(request_id);
    base.command = "approval-batch-update";
    base.actor = Person("ann");
    return base;
  }

  template <typename Request>
  static Request WithIds(const std::vector<std::string>& ids) {
    Request request;
    for (const std::string& id : ids) request.add_ids(id);
    return request;
  }

  absl::StatusOr<v1::ApprovalBatchUpdateResponse> Batch(const std::vector<std::string>& ids,
                                                        const WriteRequest& base = Base()) {
    auto request = WithIds<v1::ApprovalBatchUpdateRequest>(ids);
    request.set_status(v1::APPROVAL_STATUS_APPROVED);
    request.set_response("ok");
    return store_.BatchUpdate(ledger_, base, request);
  }

  DirectLedger ledger_{tree_, now_};
};

TEST_F(ApprovalBatchTest, EachApprovalHasItsOwnOutcome) {
  const std::string a = CreateApproval(kRequirements, "A");
  const std::string b = CreateApproval(kRequirements, "B");
  ASSERT_THAT(Decide(UpdateRequest(b, v1::APPROVAL_STATUS_REJECTED), Person("bob")), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalBatchUpdateResponse response, Batch({a, "missing", b, "../x"}));
  ASSERT_EQ(response.items_size(), 4);
  EXPECT_EQ(response.items(0).id(), a);
  EXPECT_EQ(response.items(0).code(), 0);
  EXPECT_EQ(response.items(0).error(), "");
  EXPECT_EQ(response.items(1).code(), static_cast<int>(absl::StatusCode::kNotFound));
  EXPECT_EQ(response.items(1).error(), "Approval missing not found");
  EXPECT_EQ(response.items(2).code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(response.items(2).error(), HasSubstr("bob"));
  EXPECT_EQ(response.items(3).code(), static_cast<int>(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Get(a).status(), v1::APPROVAL_STATUS_APPROVED);
  EXPECT_EQ(Get(a).response(), "ok");
  EXPECT_EQ(Get(b).status(), v1::APPROVAL_STATUS_REJECTED);
}

TEST_F(ApprovalBatchTest, ABatchThatIsSentAgainDoesNothingTwice) {
  const std::string a = CreateApproval(kRequirements, "A");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalBatchUpdateResponse first, Batch({a}));
  const std::string before = Read(PathOf(a));
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalBatchUpdateResponse second, Batch({a}));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(Read(PathOf(a)), before);
  ASSERT_EQ(ledger_.requests.size(), 4u);
  EXPECT_EQ(ledger_.requests[0].request_id, "batch");
  EXPECT_EQ(ledger_.requests[1].request_id,
            "batch\x1f"
            "0");
  EXPECT_EQ(ledger_.requests[1].digest, ledger_.requests[3].digest);
  EXPECT_EQ(ledger_.requests[1].command, "approval-batch-update");
  EXPECT_EQ(ledger_.requests[1].actor.key_name(), "ann");
}

TEST_F(ApprovalBatchTest, AnotherBatchUnderTheSameRequestIdIsRefusedAsAWhole) {
  const std::string a = CreateApproval(kRequirements, "A");
  const std::string b = CreateApproval(kRequirements, "B");
  ASSERT_THAT(Batch({a}), IsOk());
  WriteRequest longer = Base();
  longer.digest = "of the longer one";
  EXPECT_THAT(Batch({a, b}, longer), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(Get(b).status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_THAT(store_.Undo(ledger_, longer, WithIds<v1::ApprovalUndoRequest>({a})),
              HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ApprovalBatchTest, BadBatchesAreRefusedAsAWhole) {
  const std::string a = CreateApproval(kRequirements, "A");
  EXPECT_THAT(Batch({}), IsStatus(absl::StatusCode::kInvalidArgument, "ids must be a non-empty array"));
  EXPECT_THAT(Batch({a, "b", a}), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  std::vector<std::string> many;
  for (int i = 0; i < 101; ++i) many.push_back(absl::StrCat("id-", i));
  EXPECT_THAT(Batch(many), HasCode(absl::StatusCode::kInvalidArgument));
  many.pop_back();
  EXPECT_THAT(Batch(many, Base("hundred")), IsOk());
  EXPECT_THAT(store_.BatchUpdate(ledger_, Base(), WithIds<v1::ApprovalBatchUpdateRequest>({a})),
              HasCode(absl::StatusCode::kInvalidArgument));  // no status
  WriteRequest guest = Base();
  guest.actor = Person("eve", "guest");
  EXPECT_THAT(Batch({a}, guest), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(Get(a).status(), v1::APPROVAL_STATUS_PENDING);
}

TEST_F(ApprovalBatchTest, SeveralDecisionsAreUndoneEachForItself) {
  const std::string a = CreateApproval(kRequirements, "A");
  const std::string b = CreateApproval(kRequirements, "B");
  ASSERT_THAT(Batch({a}), IsOk());
  const auto request = WithIds<v1::ApprovalUndoRequest>({a, b, "missing"});
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalUndoResponse response, store_.Undo(ledger_, Base("undo"), request));
  ASSERT_EQ(response.items_size(), 3);
  EXPECT_EQ(response.items(0).code(), 0);
  EXPECT_EQ(response.items(1).code(), static_cast<int>(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(response.items(2).error(), "Approval missing not found");
  EXPECT_EQ(Get(a).status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_THAT(store_.Undo(ledger_, Base("undo"), v1::ApprovalUndoRequest()),
              IsStatus(absl::StatusCode::kInvalidArgument, "ids must be a non-empty array"));
}

}  // namespace
}  // namespace specrelay
