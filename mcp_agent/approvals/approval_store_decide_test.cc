// Deciding approvals, and what follows.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "mcp_agent/approvals/approval_store.h"
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
using ::testing::HasSubstr;
using ::testing::Not;

class ApprovalDecideTest : public StoreFixture {
 protected:
  ApprovalDecideTest() { PutRequirements(); }
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

}  // namespace
}  // namespace specrelay
