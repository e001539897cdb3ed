// The owner's policy and the record, as clients see them.

#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "proto/support/command_catalog.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_fixture.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr char kProjectPolicy[] = "agent.json";
constexpr char kMachinePolicy[] = "machine/agent.json";

class EveryCommandPolicyTest : public CommandFixture {
 protected:
  v1::AgentPolicy PolicyInProjectInfo() { return Read(R"({"projectInfo": {}})").project_info().policy(); }

  // Waits until ListAgents shows a policy that `matches`.
  template <typename Matches>
  void WaitListed(Matches matches) {
    const absl::Time deadline = absl::Now() + kPatience;
    while (absl::Now() < deadline) {
      const absl::StatusOr<v1::ListAgentsResponse> agents = user().ListAgents();
      if (agents.ok() && agents->agents_size() == 1 && matches(agents->agents(0).policy())) return;
    }
    FAIL() << "the relay never learned of the policy";
  }
};

TEST_F(EveryCommandPolicyTest, AReadOnlyAgentRefusesEveryWriteAndNamesTheRule) {
  PutFile(kProjectPolicy, R"({"readOnly": true})");
  WaitListed([](const v1::AgentPolicy& policy) { return policy.read_only(); });
  EXPECT_TRUE(PolicyInProjectInfo().read_only());
  const DiskImage before = Disk();
  for (const CommandInfo& info : CommandCatalog()) {
    if (info.access != v1::COMMAND_ACCESS_WRITE) continue;
    v1::ExecuteRequest request;
    request.set_project_id(kProject);
    request.mutable_command()->GetReflection()->MutableMessage(request.mutable_command(), info.field);
    EXPECT_THAT(user().Execute(request), IsStatus(StatusCode::kPermissionDenied,
                                                  HasSubstr(absl::StrCat(std::string(info.name),
                                                                         " is refused by readOnly in agent.json of "
                                                                         "the project"))));
  }
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty());
  std::filesystem::remove(project_dir() + "/.spec-context/agent.json");
  WaitListed([](const v1::AgentPolicy& policy) { return !policy.read_only(); });
  EXPECT_FALSE(PolicyInProjectInfo().read_only());
  EXPECT_THAT(Write(R"({"fileWrite": {"path": "a.md"}})").changes, ElementsAre("+a.md"));
}

TEST_F(EveryCommandPolicyTest, OnlyListedCommandsAreCarriedOut) {
  PutFile(kProjectPolicy, R"({"allowedCommands": ["spec-*", "project-info"]})");
  WaitListed([](const v1::AgentPolicy& policy) { return policy.allowed_commands_size() == 2; });
  EXPECT_THAT(PolicyInProjectInfo().allowed_commands(), ElementsAre("spec-*", "project-info"));
  for (const CommandInfo& info : CommandCatalog()) {
    v1::ExecuteRequest request;
    request.set_project_id(kProject);
    request.mutable_command()->GetReflection()->MutableMessage(request.mutable_command(), info.field);
    const absl::Status status = user().Execute(request).status();
    if (absl::StartsWith(info.name, "spec-") || info.name == "project-info") {
      EXPECT_NE(status.code(), StatusCode::kPermissionDenied) << status;
    } else {
      EXPECT_THAT(status, IsStatus(StatusCode::kPermissionDenied,
                                   HasSubstr(absl::StrCat(std::string(info.name), " is refused by allowedCommands"))));
    }
  }
}

TEST_F(EveryCommandPolicyTest, OnlyListedAccountsDecide) {
  const std::string id = Write(R"({"approvalCreate": {"title": "t", "categoryName": "user-auth",
      "filePath": ".spec-context/specs/user-auth/design.md", "type": "APPROVAL_TYPE_DOCUMENT",
      "category": "APPROVAL_CATEGORY_SPEC"}})")
                             .result.approval_create()
                             .approval()
                             .id();
  const std::string question =
      Write(R"({"questionCreate": {"title": "Which?"}})").result.question_create().question().id();
  PutFile(kMachinePolicy, R"({"decidingAccounts": ["reviewers"]})");
  // The machine's file is looked at with the commands.
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline && PolicyInProjectInfo().deciding_accounts_size() == 0) {
  }
  WaitListed([](const v1::AgentPolicy& policy) { return policy.deciding_accounts_size() == 1; });
  constexpr char kWords[] =
      "may not decide approvals and questions: refused by decidingAccounts in agent.json of the machine";
  Refused(absl::Substitute(R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED"}})", id),
          StatusCode::kPermissionDenied, kWords);
  Refused(absl::Substitute(R"({"approvalBatchUpdate": {"ids": ["$0"], "status": "APPROVAL_STATUS_APPROVED"}})", id),
          StatusCode::kPermissionDenied, kWords);
  Refused(absl::Substitute(R"({"approvalUndo": {"ids": ["$0"]}})", id), StatusCode::kPermissionDenied, kWords);
  Refused(R"({"autoApproveSet": {"enabled": true}})", StatusCode::kPermissionDenied, kWords);
  Refused(absl::Substitute(R"({"questionAnswer": {"id": "$0", "answer": "this"}})", question),
          StatusCode::kPermissionDenied, kWords);
  Refused(absl::Substitute(R"({"questionDismiss": {"id": "$0"}})", question), StatusCode::kPermissionDenied, kWords);
}

TEST_F(EveryCommandPolicyTest, TheAuditIsVerifiedWithoutAnAgentAndShowsAnEditedLine) {
  for (int i = 0; i < 5; ++i) Write(absl::Substitute(R"({"fileWrite": {"path": "notes/$0.md"}})", i));
  Write(R"({"jobCreate": {"job": {"id": "a", "name": "a", "type": "cleanup-specs", "config": {"daysOld": 1},
      "schedule": "0 0 * * *"}}})");
  const auto verify = [&](std::string* output) {
    absl::StatusOr<std::unique_ptr<Subprocess>> ctl =
        Subprocess::Start({"tools/specrelay_ctl", "audit", "verify", absl::StrCat("--project=", project_dir()),
                           "--machine", absl::StrCat("--state_dir=", machine_dir())});
    EXPECT_THAT(ctl, IsOk());
    for (absl::StatusOr<std::string> line = (*ctl)->ReadLine(kPatience); line.ok();
         line = (*ctl)->ReadLine(kPatience)) {
      absl::StrAppend(output, *line, "\n");
    }
    return (*ctl)->Wait(kPatience).value();
  };
  std::string output;
  EXPECT_EQ(verify(&output), 0) << output;
  EXPECT_THAT(output, HasSubstr("intact"));

  std::string audit = File("audit.jsonl");
  const size_t at = audit.find("notes/2.md");
  ASSERT_NE(at, std::string::npos);
  const auto line = std::count(audit.begin(), audit.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
  audit[at + 6] = '7';
  PutFile("audit.jsonl", audit);
  output.clear();
  EXPECT_EQ(verify(&output), 1) << output;
  EXPECT_THAT(output, HasSubstr(absl::StrCat(line)));
}

}  // namespace
}  // namespace specrelay
