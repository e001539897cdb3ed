// Deciding approvals, and what follows.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/testing/direct_ledger.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class ApprovalDecideTest : public StoreFixture {
 protected:
  ApprovalDecideTest() { PutRequirements(); }

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

TEST_F(ApprovalDecideTest, EachDecisionIsRecordedWithWhoAndWhenAfterASnapshot) {
  const struct {
    v1::ApprovalStatus status;
    const char* trigger;
    const char* summary;
  } kDecisions[] = {{v1::APPROVAL_STATUS_APPROVED, "approved", "approved "},
                    {v1::APPROVAL_STATUS_REJECTED, "rejected", "rejected "},
                    {v1::APPROVAL_STATUS_NEEDS_REVISION, "revision_requested", "asked for a revision of "}};
  for (const auto& decision : kDecisions) {
    const std::string id = CreateApproval(kRequirements, decision.trigger);
    DirectTransaction tx = Next();
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalUpdateResponse response,
                         store_.Update(tx, UpdateRequest(id, decision.status)));
    EXPECT_EQ(tx.summary(), absl::StrCat(decision.summary, id));
    const v1::Approval approval = Get(id);
    EXPECT_EQ(response.approval().SerializeAsString(), approval.SerializeAsString());
    EXPECT_EQ(approval.status(), decision.status);
    EXPECT_EQ(approval.response(), "ok");
    EXPECT_EQ(approval.decided_by().key_name(), "ann");
    EXPECT_EQ(approval.decided_by().account(), "acme");
    EXPECT_EQ(approval.decided_by().client(), "browser");
    EXPECT_EQ(FromProto(approval.responded_at()), now_);
    const v1::ApprovalSnapshot snapshot = Snapshots(id).back();
    EXPECT_EQ(snapshot.trigger(), decision.trigger);
    EXPECT_EQ(snapshot.status(), v1::APPROVAL_STATUS_PENDING);
    EXPECT_EQ(snapshot.approval_id(), id);
  }
}

TEST_F(ApprovalDecideTest, TheFirstDecisionWinsAndTheSecondIsToldWhoMadeIt) {
  for (const v1::ApprovalStatus first :
       {v1::APPROVAL_STATUS_APPROVED, v1::APPROVAL_STATUS_REJECTED, v1::APPROVAL_STATUS_NEEDS_REVISION}) {
    const std::string id = CreateApproval(kRequirements, absl::StrCat("Title ", first));
    ASSERT_THAT(Decide(UpdateRequest(id, first), Person("ann")), IsOk());
    const std::string before = Read(PathOf(id));
    const absl::Status late = Decide(UpdateRequest(id, v1::APPROVAL_STATUS_REJECTED), Person("bob")).status();
    EXPECT_THAT(late, IsStatus(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("by ann (account acme, browser)"),
                                                                            HasSubstr("at 2026-11-21T02:21:34.305Z"))));
    EXPECT_EQ(ToCommandError(late).precondition().actor().key_name(), "ann");
    EXPECT_EQ(FromProto(ToCommandError(late).precondition().at()), now_);
    EXPECT_EQ(Read(PathOf(id)), before);
  }
}

TEST_F(ApprovalDecideTest, OfTwoReviewersOneWinsAThousandTimes) {
  constexpr char kDirectory[] = "approvals/user-auth/.snapshots/requirements.md";
  for (int i = 0; i < 1000; ++i) {
    const std::string id = CreateApproval(kRequirements, absl::StrCat("Title ", i));
    const char* const winner = i % 2 == 0 ? "ann" : "bob";
    EXPECT_THAT(Decide(UpdateRequest(id), Person(winner)), IsOk());
    const absl::Status late =
        Decide(UpdateRequest(id, v1::APPROVAL_STATUS_REJECTED), Person(i % 2 == 0 ? "bob" : "ann")).status();
    ASSERT_EQ(late.code(), absl::StatusCode::kFailedPrecondition);
    ASSERT_EQ(ToCommandError(late).precondition().actor().key_name(), winner);
    // Keeps the snapshots few, and the test quick.
    DirectTransaction tx = Next();
    ASSERT_THAT(tx.Remove(PathOf(id)), IsOk());
    ASSERT_OK_AND_ASSIGN(const std::vector<DirectoryEntry> entries, tree_.List(kDirectory));
    for (const DirectoryEntry& entry : entries) {
      ASSERT_THAT(tx.Remove(absl::StrCat(kDirectory, "/", entry.name)), IsOk());
    }
  }
}

TEST_F(ApprovalDecideTest, ARecordedRevisionIsADecisionToo) {
  PutSampleTree(tree_);
  EXPECT_THAT(Decide(UpdateRequest(kSampleToRevise)),
              IsStatus(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("needs-revision"), HasSubstr("2026-11-21T02:21:31.107Z"))));
}

TEST_F(ApprovalDecideTest, WhoMayNotDecideIsRefused) {
  const std::string id = CreateApproval();
  EXPECT_THAT(Decide(UpdateRequest(id), Person("eve", "guest")),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("deciding_accounts")));
  EXPECT_EQ(Get(id).status(), v1::APPROVAL_STATUS_PENDING);
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  EXPECT_THAT(Undo(id, Person("eve", "guest")), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(ApprovalDecideTest, ADecisionOnWhatWasReviewedIsRecordedWithItsHash) {
  const std::string id = CreateApproval();
  v1::ApprovalUpdateRequest request = UpdateRequest(id);
  request.set_reviewed_hash(Sha256Hex("# Requirements\n"));
  ASSERT_THAT(Decide(request), IsOk());
  EXPECT_EQ(nlohmann::json::parse(Read(PathOf(id)))["reviewedHash"], request.reviewed_hash());
}

TEST_F(ApprovalDecideTest, ADecisionOnAnotherContentIsAbortedWithWhatChanged) {
  const std::string id = CreateApproval();
  PutRequirements("# Requirements\n\n1. New\n");
  const std::string before = Read(PathOf(id));
  v1::ApprovalUpdateRequest request = UpdateRequest(id);
  request.set_reviewed_hash(Sha256Hex("# Requirements\n"));
  const absl::Status status = Decide(request).status();
  EXPECT_THAT(status,
              IsStatus(absl::StatusCode::kAborted, AllOf(HasSubstr("has changed since"), HasSubstr("snapshot 1:"),
                                                         HasSubstr("\n+1. New\n"), HasSubstr(" # Requirements\n"))));
  const v1::ConflictDetail conflict = ToCommandError(status).conflict();
  EXPECT_EQ(conflict.path(), "specs/user-auth/requirements.md");
  EXPECT_EQ(conflict.current_hash(), Sha256Hex("# Requirements\n\n1. New\n"));
  EXPECT_EQ(conflict.current_content(), "# Requirements\n\n1. New\n");
  EXPECT_EQ(Read(PathOf(id)), before);
  EXPECT_EQ(Snapshots(id).size(), 1u);

  request.set_reviewed_hash(conflict.current_hash());
  EXPECT_THAT(Decide(request), IsOk());
}

TEST_F(ApprovalDecideTest, AConflictOverAnUnknownContentShowsNoDifference) {
  const std::string id = CreateApproval();
  v1::ApprovalUpdateRequest request = UpdateRequest(id);
  request.set_reviewed_hash(Sha256Hex("never seen"));
  const absl::Status status = Decide(request).status();
  EXPECT_THAT(status, IsStatus(absl::StatusCode::kAborted, Not(HasSubstr("snapshot"))));
  EXPECT_EQ(ToCommandError(status).conflict().current_content(), "# Requirements\n");
}

TEST_F(ApprovalDecideTest, ADifferenceInAMessageIsBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "line ", i, std::string(500, 'x'), "\n");
  PutRequirements(text);
  const std::string id = CreateApproval();
  PutRequirements("short\n");
  v1::ApprovalUpdateRequest request = UpdateRequest(id);
  request.set_reviewed_hash(Sha256Hex(text));
  const absl::Status status = Decide(request).status();
  EXPECT_THAT(status, IsStatus(absl::StatusCode::kAborted, HasSubstr("1001 lines added or deleted in all")));
  EXPECT_LT(status.message().size(), 10'000u);
}

TEST_F(ApprovalDecideTest, ADocumentThatIsGoneConflictsWithItsReview) {
  const std::string id = CreateApproval();
  {
    DirectTransaction tx = Next();
    ASSERT_THAT(tx.Remove("specs/user-auth/requirements.md"), IsOk());
  }
  v1::ApprovalUpdateRequest request = UpdateRequest(id, v1::APPROVAL_STATUS_REJECTED);
  request.set_reviewed_hash(Sha256Hex("# Requirements\n"));
  const absl::Status status = Decide(request).status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kAborted));
  EXPECT_EQ(ToCommandError(status).conflict().current_hash(), "");
  request.clear_reviewed_hash();
  EXPECT_THAT(Decide(request), IsOk());
  EXPECT_EQ(Snapshots(id).size(), 1u);
}

TEST_F(ApprovalDecideTest, WhatCannotBeReadCanBeTurnedDownButNotApproved) {
  const std::string id = CreateApproval();
  tree_.Put(PathOf(id), absl::StrReplaceAll(Read(PathOf(id)), {{kRequirements, "/etc/passwd"}}));
  EXPECT_THAT(Decide(UpdateRequest(id)), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Decide(UpdateRequest(id, v1::APPROVAL_STATUS_REJECTED)), IsOk());
}

TEST_F(ApprovalDecideTest, RemarksAreKeptAndGetATime) {
  const std::string id = CreateApproval();
  v1::ApprovalUpdateRequest request = UpdateRequest(id, v1::APPROVAL_STATUS_NEEDS_REVISION);
  v1::ApprovalComment& general = *request.add_comments();
  general.set_type("general");
  general.set_comment("please");
  v1::ApprovalComment& selection = *request.add_comments();
  selection.set_type("selection");
  selection.set_comment("which?");
  selection.set_selected_text("a session");
  selection.set_line_number(3);
  selection.set_highlight_color("#ffeb3b");
  selection.set_timestamp("2026-01-05T10:00:00.000Z");
  ASSERT_THAT(Decide(request), IsOk());
  const v1::Approval approval = Get(id);
  ASSERT_EQ(approval.comments_size(), 2);
  EXPECT_EQ(approval.comments(0).timestamp(), "2026-11-21T02:21:34.305Z");
  EXPECT_EQ(approval.comments(1).SerializeAsString(), selection.SerializeAsString());
  EXPECT_EQ(Snapshots(id).back().comments_size(), 0);
}

TEST_F(ApprovalDecideTest, BadDecisionsAreRefused) {
  const std::string id = CreateApproval();
  const auto expect_refused = [&](auto change) {
    v1::ApprovalUpdateRequest request = UpdateRequest(id);
    v1::ApprovalComment& comment = *request.add_comments();
    comment.set_type("selection");
    comment.set_comment("why?");
    comment.set_line_number(1);
    change(request, comment);
    EXPECT_THAT(Decide(request), HasCode(absl::StatusCode::kInvalidArgument)) << request.ShortDebugString();
  };
  using Request = v1::ApprovalUpdateRequest;
  using Comment = v1::ApprovalComment;
  expect_refused([](Request& r, Comment&) { r.set_status(v1::APPROVAL_STATUS_PENDING); });
  expect_refused([](Request& r, Comment&) { r.set_status(v1::APPROVAL_STATUS_UNSPECIFIED); });
  expect_refused([](Request& r, Comment&) { r.set_status(static_cast<v1::ApprovalStatus>(9)); });
  expect_refused([](Request& r, Comment&) { r.set_response(std::string((1 << 20) + 1, 'a')); });
  expect_refused([](Request& r, Comment&) { r.set_response(std::string(1 << 20, 'a')); });  // with the comment
  expect_refused([](Request& r, Comment&) { r.set_response("\xFF"); });
  expect_refused([](Request& r, Comment&) { r.set_id("../x"); });
  expect_refused([](Request& r, Comment&) { r.set_reviewed_hash("abc"); });
  expect_refused([](Request&, Comment& c) { c.set_type("other"); });
  expect_refused([](Request&, Comment& c) { c.set_comment(""); });
  expect_refused([](Request&, Comment& c) { c.set_comment(std::string(70'000, 'a')); });
  expect_refused([](Request&, Comment& c) { c.set_line_number(0); });
  expect_refused([](Request&, Comment& c) { c.clear_line_number(); });
  expect_refused([](Request&, Comment& c) { c.set_highlight_color("red;\"><script>"); });
  expect_refused([](Request&, Comment& c) { c.set_timestamp("yesterday"); });
  expect_refused([](Request& r, Comment& c) {
    const Comment copy = c;
    for (int i = 0; i < 1000; ++i) *r.add_comments() = copy;
  });
  EXPECT_EQ(Get(id).status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_THAT(Decide(UpdateRequest("nope")), IsStatus(absl::StatusCode::kNotFound, "Approval nope not found"));
}

TEST_F(ApprovalDecideTest, ADecisionCanBeUndoneWithinItsWindow) {
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

TEST_F(ApprovalDecideTest, AConsumedDecisionStands) {
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

TEST_F(ApprovalDecideTest, OnlyDecidedApprovalsAreDeleted) {
  const std::string id = CreateApproval();
  EXPECT_THAT(Delete(id), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("is pending")));
  ASSERT_THAT(Decide(UpdateRequest(id)), IsOk());
  EXPECT_THAT(Delete(id), IsOk());
  EXPECT_THAT(Delete(id), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(tree_.Stat("approvals/user-auth/.snapshots/requirements.md/snapshot-001.json"), IsOk());
}

TEST_F(ApprovalDecideTest, ASnapshotCanBeTakenByHand) {
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

TEST_F(ApprovalDecideTest, ADamagedApprovalIsNotOverwritten) {
  tree_.Put(PathOf("approval_bad"), "{\"id\": ");
  EXPECT_THAT(Decide(UpdateRequest("approval_bad")),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("approval_bad.json is damaged")));
  EXPECT_THAT(Undo("approval_bad"), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Delete("approval_bad"), HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_EQ(Read(PathOf("approval_bad")), "{\"id\": ");
}

class ApprovalBatchTest : public ApprovalDecideTest {
 protected:
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
  ASSERT_EQ(ledger_.requests.size(), 2u);
  EXPECT_EQ(ledger_.requests[0].request_id,
            "batch\x1f"
            "0");
  EXPECT_EQ(ledger_.requests[0].digest, ledger_.requests[1].digest);
  EXPECT_EQ(ledger_.requests[0].command, "approval-batch-update");
  EXPECT_EQ(ledger_.requests[0].actor.key_name(), "ann");
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalBatchUpdateResponse other, Batch({"other"}));
  EXPECT_EQ(other.items(0).code(), static_cast<int>(absl::StatusCode::kInvalidArgument));  // another digest
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
