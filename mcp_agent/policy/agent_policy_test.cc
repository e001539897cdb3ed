#include "mcp_agent/policy/agent_policy.h"

#include <string>
#include <utility>
#include <vector>

#include "mcp_agent/tree/tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

EnforcedPolicy ReadableRoots(const std::vector<std::string>& roots) {
  v1::AgentPolicy policy;
  policy.set_project_readable(true);
  for (const std::string& root : roots) policy.add_readable_roots(root);
  return EnforcedPolicy(policy);
}

TEST(EnforcedPolicyTest, StatesTheDefaultLimitWhereTheOwnerStatesNone) {
  EXPECT_EQ(EnforcedPolicy(v1::AgentPolicy()).max_file_bytes(), kDefaultMaxFileBytes);
  v1::AgentPolicy negative;
  negative.set_max_file_bytes(-1);
  EXPECT_EQ(EnforcedPolicy(negative).in_force().max_file_bytes(), kDefaultMaxFileBytes);
}

TEST(EnforcedPolicyTest, RefusesContentOverTheLimitAndNamesIt) {
  v1::AgentPolicy stated;
  stated.set_max_file_bytes(1000);
  const EnforcedPolicy policy(stated);
  EXPECT_THAT(policy.CheckWriteSize("a.md", 1000), IsOk());
  EXPECT_THAT(policy.CheckWriteSize("a.md", 1001),
              IsStatus(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr("a.md"), HasSubstr("1001"), HasSubstr("max_file_bytes is 1000"))));
}

TEST(EnforcedPolicyTest, ByDefaultTheProjectCannotBeRead) {
  EXPECT_THAT(EnforcedPolicy(v1::AgentPolicy()).CheckProjectRead("src/a.cc"),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("project_readable")));
  v1::AgentPolicy only_roots;
  only_roots.add_readable_roots("src");
  EXPECT_THAT(EnforcedPolicy(only_roots).CheckProjectRead("src/a.cc"), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(EnforcedPolicyTest, WithoutRootsTheWholeProjectCanBeRead) {
  EXPECT_THAT(ReadableRoots({}).CheckProjectRead("anything/at/all"), IsOk());
}

TEST(EnforcedPolicyTest, RootsOpenWhatIsBelowThemHoweverTheyAreWritten) {
  for (const char* root : {"src", "src/", "./src", "./src//", "././src"}) {
    const EnforcedPolicy policy = ReadableRoots({"docs", root});
    EXPECT_THAT(policy.CheckProjectRead("src/a.cc"), IsOk()) << root;
    EXPECT_THAT(policy.CheckProjectRead("docs/deep/b.md"), IsOk()) << root;
    for (const char* path : {"srcs/a.cc", "src-secret", "sr", "a/src/b", "", "README.md"}) {
      EXPECT_THAT(policy.CheckProjectRead(path), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("docs, ")))
          << root << " " << path;
    }
  }
  EXPECT_THAT(ReadableRoots({"."}).CheckProjectRead("src/a.cc"), IsOk());
  EXPECT_THAT(ReadableRoots({"./"}).CheckProjectRead("src/a.cc"), IsOk());
}

TEST(EnforcedPolicyTest, ARootThatIsAMistakeOpensNothing) {
  for (const char* root : {"", "/", "/src", ".."}) {
    EXPECT_THAT(ReadableRoots({root}).CheckProjectRead("src/a.cc"), HasCode(absl::StatusCode::kPermissionDenied))
        << root;
  }
}

EnforcedPolicy Layers(const std::string& machine, const std::string& project) {
  std::vector<std::string> warnings;
  PolicyLayer of_machine;
  of_machine.origin = "agent.json of the machine";
  PolicyLayer of_project;
  of_project.origin = "agent.json of the project";
  of_project.only_restricts = true;
  return EnforcedPolicy({LayerOf("the command line", v1::AgentPolicy()),
                         ParsePolicyLayer(of_machine, machine, warnings),
                         ParsePolicyLayer(of_project, project, warnings)});
}

v1::Actor ActorOf(const std::string& account) {
  v1::Actor actor;
  actor.set_account(account);
  return actor;
}

absl::Status Check(const EnforcedPolicy& policy, const char* command, const std::string& account = "acme") {
  return policy.CheckCommand(*FindCommandByName(command), ActorOf(account));
}

auto Refused(const std::string& rule, const std::string& origin) {
  return IsStatus(absl::StatusCode::kPermissionDenied, AllOf(HasSubstr(rule), HasSubstr(origin)));
}

TEST(EnforcedPolicyTest, WithoutRulesEveryCommandIsAllowed) {
  for (const CommandInfo& info : CommandCatalog()) {
    EXPECT_THAT(Layers("{}", "{}").CheckCommand(info, ActorOf("")), IsOk()) << info.name;
    EXPECT_THAT(EnforcedPolicy(v1::AgentPolicy()).CheckCommand(info, ActorOf("")), IsOk()) << info.name;
  }
}

TEST(EnforcedPolicyTest, ReadOnlyRefusesEveryWriteAndNoRead) {
  const EnforcedPolicy policy = Layers("{}", R"({"readOnly":true})");
  for (const CommandInfo& info : CommandCatalog()) {
    const absl::Status status = policy.CheckCommand(info, ActorOf("acme"));
    if (info.access == v1::COMMAND_ACCESS_READ) {
      EXPECT_THAT(status, IsOk()) << info.name;
    } else {
      EXPECT_THAT(status, Refused("readOnly", "agent.json of the project")) << info.name;
    }
  }
}

TEST(EnforcedPolicyTest, ACommandMustMatchEachListThatIsThere) {
  const EnforcedPolicy policy =
      Layers(R"({"allowedCommands":["spec-*","job-list"]})", R"({"allowedCommands":["*-list"]})");
  EXPECT_THAT(Check(policy, "spec-list"), IsOk());
  EXPECT_THAT(Check(policy, "job-list"), IsOk());
  EXPECT_THAT(Check(policy, "spec-read"), Refused("allowedCommands", "agent.json of the project"));
  EXPECT_THAT(Check(policy, "approval-list"), Refused("allowedCommands", "agent.json of the machine"));
  EXPECT_THAT(Check(Layers(R"({"allowedCommands":[]})", "{}"), "project-info"),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(EnforcedPolicyTest, WhatIsToldToClientsIsWhatIsEnforced) {
  for (const auto& [machine, project] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "{}"},
           {R"({"allowedCommands":["spec-*"]})", "{}"},
           {R"({"allowedCommands":["spec-*"]})", R"({"allowedCommands":["*-read","*-write"]})"},
           {R"({"allowedCommands":["spec-*"]})", R"({"allowedCommands":["job-*"],"readOnly":true})"},
           {"{", R"({"allowedCommands":["*-list"]})"}}) {
    const EnforcedPolicy policy = Layers(machine, project);
    const EnforcedPolicy told(policy.in_force());
    for (const CommandInfo& info : CommandCatalog()) {
      EXPECT_EQ(policy.CheckCommand(info, ActorOf("acme")).ok(), told.CheckCommand(info, ActorOf("acme")).ok())
          << machine << project << info.name;
    }
  }
}

TEST(EnforcedPolicyTest, OnlyAccountsInEachListDecide) {
  const EnforcedPolicy policy = Layers(R"({"decidingAccounts":["acme","beta"]})", R"({"decidingAccounts":["beta"]})");
  for (const char* command : {"approval-update", "approval-batch-update", "approval-undo", "auto-approve-set"}) {
    EXPECT_THAT(Check(policy, command, "beta"), IsOk()) << command;
    EXPECT_THAT(Check(policy, command, "acme"), Refused("decidingAccounts", "agent.json of the project")) << command;
    EXPECT_THAT(Check(policy, command, "Beta"), Refused("decidingAccounts", "agent.json of the machine")) << command;
    EXPECT_THAT(Check(policy, command, ""), Refused("decidingAccounts", "agent.json of the machine")) << command;
  }
  EXPECT_THAT(policy.CheckMayDecide(ActorOf("beta")), IsOk());
  EXPECT_THAT(policy.CheckMayDecide(ActorOf("x\nfake")), Refused("'x\\nfake'", "decidingAccounts"));
  for (const char* command :
       {"approval-list", "approval-create", "approval-wait", "approval-consume", "spec-archive"}) {
    EXPECT_THAT(Check(policy, command, "gamma"), IsOk()) << command;
  }
}

TEST(EnforcedPolicyTest, ADamagedFileRefusesAllButReadsOfTheTreeAndIsNamed) {
  const EnforcedPolicy policy = Layers(R"({"projectReadable":true})", R"({"readOnly":"yes"})");
  EXPECT_THAT(Check(policy, "spec-list"), IsOk());
  EXPECT_THAT(Check(policy, "file-write"), Refused("damaged", "agent.json of the project"));
  EXPECT_THAT(Check(policy, "file-write"), Refused("readOnly", "repaired"));
  EXPECT_THAT(policy.CheckMayDecide(ActorOf("acme")), Refused("damaged", "agent.json of the project"));
  EXPECT_THAT(policy.CheckProjectRead("src/a.cc"), Refused("damaged", "agent.json of the project"));
}

TEST(EnforcedPolicyTest, ProjectFilesAreReadWithinARootOfEachList) {
  const EnforcedPolicy policy =
      Layers(R"({"projectReadable":true,"readableRoots":["src","docs"]})", R"({"readableRoots":["src/api","x"]})");
  EXPECT_THAT(policy.CheckProjectRead("src/api/a.cc"), IsOk());
  EXPECT_THAT(policy.CheckProjectRead("src/a.cc"), Refused("readableRoots", "agent.json of the project"));
  EXPECT_THAT(policy.CheckProjectRead("x"), Refused("readableRoots", "agent.json of the machine"));
  EXPECT_THAT(Layers(R"({"projectReadable":true})", R"({"projectReadable":false})").CheckProjectRead("src/a.cc"),
              Refused("projectReadable", "agent.json of the project"));
}

}  // namespace
}  // namespace specrelay
