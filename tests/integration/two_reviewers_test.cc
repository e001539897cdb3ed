// Two reviewers decide the same approval at the same moment.

#include <algorithm>
#include <array>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"
#include "tests/integration/audited_requests.h"
#include "tests/integration/tree_contents.h"
#include "tests/integration/two_agents.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int kRounds = 1000;
// Approvals of one category share their document's snapshots, whose list is rewritten with each.
constexpr int kCategories = 50;
constexpr char kDocument[] = ".spec-context/specs/shared/design.md";

using Answer = absl::StatusOr<v1::ExecuteResponse>;

// Has a client for the relay of each agent.
struct Reviewer {
  Reviewer(const TwoAgents& agents, Role role, v1::ApprovalStatus decision, std::string status)
      : key_name(RoleName(role)),
        decision(decision),
        status(std::move(status)),
        clients{agents.ClientOf(0, role), agents.ClientOf(1, role)} {}

  const std::string key_name;
  const v1::ApprovalStatus decision;
  const std::string status;  // as the file has the decision
  std::array<Client, 2> clients;
};

class TwoReviewersTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(agents_, TwoAgents::Start());
    WriteFileOrDie(absl::StrCat(agents_->project_dir(), "/", kDocument), "# Design\n\nSmall.\n");
    reviewers_[0] = std::make_unique<Reviewer>(*agents_, Role::kUser, v1::APPROVAL_STATUS_APPROVED, "approved");
    reviewers_[1] = std::make_unique<Reviewer>(*agents_, Role::kAdmin, v1::APPROVAL_STATUS_REJECTED, "rejected");
  }

  std::vector<std::string> CreateApprovals() {
    Client client = agents_->ClientOf(0);
    std::vector<std::string> ids;
    for (int round = 0; round < kRounds; ++round) {
      v1::ExecuteRequest request;
      request.set_project_id(TwoAgents::kProjectId);
      v1::ApprovalCreateRequest& create = *request.mutable_command()->mutable_approval_create();
      create.set_title(absl::StrCat("Approval ", round));
      create.set_file_path(kDocument);
      create.set_type(v1::APPROVAL_TYPE_DOCUMENT);
      create.set_category(v1::APPROVAL_CATEGORY_SPEC);
      create.set_category_name(absl::StrCat("shared-", round % kCategories));
      const Answer answer = client.Execute(request);
      EXPECT_THAT(answer, IsOk());
      if (!answer.ok()) break;
      ids.push_back(answer->result().approval_create().approval().id());
    }
    return ids;
  }

  // In every other round the reviewers' commands go to different agents.
  static Answer Decide(Reviewer& reviewer, int index, int round, const std::string& id) {
    v1::ExecuteRequest request;
    request.set_project_id(TwoAgents::kProjectId);
    request.mutable_command()->mutable_approval_update()->set_id(id);
    request.mutable_command()->mutable_approval_update()->set_status(reviewer.decision);
    return reviewer.clients[round % 2 == 0 ? index : round / 2 % 2].Execute(request);
  }

  // Returns the winner, or -1 when the round failed the test.
  int CheckRound(const std::array<Answer, 2>& answers, const std::string& id) {
    EXPECT_NE(answers[0].ok(), answers[1].ok()) << id << ": " << answers[0].status() << ", " << answers[1].status();
    if (answers[0].ok() == answers[1].ok()) return -1;
    const int winner = answers[0].ok() ? 0 : 1;
    const v1::Approval& approval = answers[winner]->result().approval_update().approval();
    EXPECT_EQ(approval.status(), reviewers_[winner]->decision);
    const std::string at = ToIsoTime(FromProto(approval.responded_at()));
    const absl::Status& refusal = answers[1 - winner].status();
    EXPECT_THAT(refusal,
                IsStatus(absl::StatusCode::kFailedPrecondition,
                         AllOf(HasSubstr(id), HasSubstr(reviewers_[winner]->status), HasSubstr(at),
                               HasSubstr(absl::StrCat("by ", reviewers_[winner]->key_name, " (account acme")))));
    const v1::PreconditionDetail detail = ToCommandError(refusal).precondition();
    EXPECT_EQ(detail.actor().key_name(), reviewers_[winner]->key_name);
    EXPECT_EQ(detail.actor().account(), "acme");
    EXPECT_EQ(ToIsoTime(FromProto(detail.at())), at);
    return winner;
  }

  void CheckFile(const TreeContents& tree, int round, const std::string& id, int winner) {
    const std::string path = absl::StrCat("approvals/shared-", round % kCategories, "/", id, ".json");
    ASSERT_TRUE(tree.Has(path)) << path;
    const nlohmann::json& file = tree.Values(path)[0];
    EXPECT_EQ(file.value("status", ""), reviewers_[winner]->status) << path;
    EXPECT_EQ(file.value("decidedBy", nlohmann::json::object()).value("keyName", ""), reviewers_[winner]->key_name);
  }

  std::unique_ptr<TwoAgents> agents_;
  std::array<std::unique_ptr<Reviewer>, 2> reviewers_;
};

TEST_F(TwoReviewersTest, OneOfTwoDecisionsMadeAtOnceWinsAndTheOtherReviewerIsToldWhoDecidedAndWhen) {
  absl::Time began = absl::Now();
  const std::vector<std::string> ids = CreateApprovals();
  ASSERT_EQ(ids.size(), kRounds);
  std::cout << kRounds << " approvals created in " << absl::Now() - began << '\n';

  began = absl::Now();
  std::vector<std::array<Answer, 2>> answers(kRounds);
  std::vector<std::thread> threads;
  std::vector<std::unique_ptr<absl::Barrier>> starts(kRounds);
  for (std::unique_ptr<absl::Barrier>& start : starts) start = std::make_unique<absl::Barrier>(2);
  for (int index : {0, 1}) {
    threads.emplace_back([&, index] {
      for (int round = 0; round < kRounds; ++round) {
        // The one who leaves last owns the barrier; all go with the vector.
        static_cast<void>(starts[round]->Block());
        answers[round][index] = Decide(*reviewers_[index], index, round, ids[round]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << kRounds << " rounds in " << absl::Now() - began << '\n';

  const TreeContents tree(absl::StrCat(agents_->project_dir(), "/.spec-context"));
  // Both for the requests and for the decisions, one line each; none for those who came second.
  EXPECT_EQ(AuditedRequests(tree).size(), 2 * kRounds);
  ExpectFilesAsAudited(tree);
  std::array<int, 2> wins = {};
  for (int round = 0; round < kRounds; ++round) {
    const int winner = CheckRound(answers[round], ids[round]);
    if (winner < 0) continue;
    ++wins[winner];
    CheckFile(tree, round, ids[round], winner);
  }
  std::cout << "won: " << wins[0] << " and " << wins[1] << '\n';
  // Had one always been first, the two would never have met.
  EXPECT_GT(std::min(wins[0], wins[1]), 0);
}

}  // namespace
}  // namespace specrelay
