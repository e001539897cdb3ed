// Waiting for a decision, while others decide.

#include <filesystem>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;

constexpr char kDecided[] = "approval_1795227691108_1b48edv3j";
// Far below any interval at which somebody would poll.
constexpr absl::Duration kAtOnce = absl::Milliseconds(500);

class EveryCommandWaitTest : public CommandFixture {
 protected:
  void SetUp() override {
    CommandFixture::SetUp();
    if (HasFatalFailure()) return;
    id_ = Write(R"({"approvalCreate": {"title": "Review design", "filePath": ".spec-context/specs/user-auth/design.md",
        "type": "APPROVAL_TYPE_DOCUMENT", "category": "APPROVAL_CATEGORY_SPEC", "categoryName": "user-auth"}})")
              .result.approval_create()
              .approval()
              .id();
  }

  // A wait in another thread.
  struct Waiting {
    std::thread thread;
    absl::StatusOr<v1::ExecuteResponse> response = absl::UnknownError("");
    absl::Time ended;
  };

  void Begin(Waiting& waiting, int64_t timeout_seconds) {
    waiting.thread = std::thread([this, &waiting, timeout_seconds] {
      v1::ExecuteRequest request;
      request.set_project_id(kProject);
      request.mutable_timeout()->set_seconds(timeout_seconds);
      request.mutable_command()->mutable_approval_wait()->set_id(id_);
      waiting.response = cluster().User().Execute(request);
      waiting.ended = absl::Now();
    });
  }

  std::string ApprovalPath() const { return absl::StrCat("approvals/user-auth/", id_, ".json"); }

  // At once, so that no wait begins with half a file.
  void ReplaceApproval(const nlohmann::ordered_json& json) const {
    const std::string tree = project_dir() + "/.spec-context/";
    PutFile("edited.json", json.dump(2));
    std::filesystem::rename(tree + "edited.json", tree + ApprovalPath());
  }

  std::string id_;
};

TEST_F(EveryCommandWaitTest, EveryWaitEndsWithinMomentsOfTheDecisionOfAnother) {
  constexpr int kWaiters = 5;
  std::vector<Waiting> waiting(kWaiters);
  for (Waiting& one : waiting) Begin(one, 60);
  WaitInFlight(kWaiters);
  const absl::Time asked = absl::Now();
  EXPECT_THAT(user().Execute(kProject, absl::Substitute(R"({"approvalUpdate": {"id": "$0", "response": "Fine",
      "status": "APPROVAL_STATUS_APPROVED"}})",
                                                        id_)),
              IsOk());
  absl::Duration longest;
  for (Waiting& one : waiting) {
    one.thread.join();
    ASSERT_THAT(one.response, IsOk());
    const v1::ApprovalWaitResponse& response = one.response->result().approval_wait();
    EXPECT_TRUE(response.resolved());
    EXPECT_EQ(response.approval().response(), "Fine");
    longest = std::max(longest, one.ended - asked);
  }
  std::cout << kWaiters << " waits ended at most " << absl::FormatDuration(longest) << " after the decision was sent\n";
  EXPECT_LT(longest, kAtOnce);
}

TEST_F(EveryCommandWaitTest, AWaitEndsWhenAnExistingToolDecidesOrDeletesOnDisk) {
  Waiting decided;
  Begin(decided, 60);
  WaitInFlight(1);
  nlohmann::ordered_json json = JsonFile(ApprovalPath());
  json["status"] = "rejected";
  json["response"] = "by an editor";
  absl::Time changed = absl::Now();
  ReplaceApproval(json);
  decided.thread.join();
  ASSERT_THAT(decided.response, IsOk());
  EXPECT_EQ(decided.response->result().approval_wait().approval().response(), "by an editor");
  std::cout << "a wait ended " << absl::FormatDuration(decided.ended - changed) << " after the edit on disk\n";

  json["status"] = "pending";
  ReplaceApproval(json);
  Waiting deleted;
  Begin(deleted, 60);
  WaitInFlight(1);
  // Whoever waits for what is not there is told so; the file must not go before the wait has come to it.
  for (int i = 0; i < 10; ++i) Read(R"({"approvalList": {}})");
  changed = absl::Now();
  std::filesystem::remove(project_dir() + "/.spec-context/" + ApprovalPath());
  deleted.thread.join();
  ASSERT_THAT(deleted.response, IsOk());
  EXPECT_TRUE(deleted.response->result().approval_wait().deleted());
  EXPECT_FALSE(deleted.response->result().approval_wait().has_approval());
  std::cout << "a wait ended " << absl::FormatDuration(deleted.ended - changed) << " after the file was deleted\n";
}

TEST_F(EveryCommandWaitTest, AWaitThatIsOverTellsThatTheApprovalIsStillPending) {
  Waiting waiting;
  const absl::Time begun = absl::Now();
  Begin(waiting, 1);
  waiting.thread.join();
  ASSERT_THAT(waiting.response, IsOk()) << "the agent answers before nobody waits any longer";
  const v1::ApprovalWaitResponse& response = waiting.response->result().approval_wait();
  EXPECT_FALSE(response.resolved() || response.deleted());
  EXPECT_EQ(response.approval().status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_LT(waiting.ended - begun, absl::Seconds(2));
}

TEST_F(EveryCommandWaitTest, ADecisionThatIsThereIsAnsweredAtOnceAndAnUnknownIdRefused) {
  EXPECT_TRUE(Read(absl::Substitute(R"({"approvalWait": {"id": "$0"}})", kDecided)).approval_wait().resolved());
  Refused(R"({"approvalWait": {"id": "nope"}})", StatusCode::kNotFound, "Approval nope not found");
  Refused(R"({"approvalWait": {"id": "../x"}})", StatusCode::kInvalidArgument, "path separator");
}

}  // namespace
}  // namespace specrelay
