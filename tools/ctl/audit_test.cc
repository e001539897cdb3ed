#include "tools/ctl/audit.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "tools/ctl/testing/ctl_runner.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kProjectAudit[] = "project/.spec-context/audit.jsonl";
constexpr char kMachineAudit[] = "home/audit.jsonl";

std::string Lines(int count) {
  std::string text;
  ChainHead head;
  AuditEntry entry;
  entry.command = "file-write";
  for (int i = 0; i < count; ++i) text += FormatAuditLine(entry, head, &head);
  return text;
}

class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    options_.project = dir_.Join("project");
    options_.state_dir = dir_.Join("home");
  }

  CtlResult Verify() const { return Ctl(options_, {"audit", "verify"}); }

  const TempDir dir_;
  CtlOptions options_;
};

TEST_F(AuditTest, AnIntactFileIsReportedAndExitsWithZero) {
  dir_.WriteFile(kProjectAudit, Lines(3));
  const CtlResult result = Verify();
  EXPECT_EQ(result.exit_code, 0);
  const nlohmann::json report = result.OutJson();
  EXPECT_EQ(report["file"], dir_.Join(kProjectAudit));
  EXPECT_EQ(report["intact"], true);
  EXPECT_EQ(report["lines"], 3);
  EXPECT_EQ(report["goodLines"], 3);
  EXPECT_EQ(report["lastSeq"], 3);
  EXPECT_EQ(report["problems"], nlohmann::json::array());
  EXPECT_EQ(result.err, absl::StrCat(dir_.Join(kProjectAudit), " is intact: 3 entries\n"));
}

TEST_F(AuditTest, DamageIsNamedAndExitsWithOne) {
  std::string text = Lines(5);
  text[text.find("\"seq\":2,") + 6] = '9';
  text.erase(text.find("{\"seq\":4,"), text.find("{\"seq\":5,") - text.find("{\"seq\":4,"));
  dir_.WriteFile(kProjectAudit, text);
  const CtlResult result = Verify();
  EXPECT_EQ(result.exit_code, 1);
  const nlohmann::json report = result.OutJson();
  EXPECT_EQ(report["intact"], false);
  EXPECT_EQ(report["problemCount"], 2);
  EXPECT_EQ(report["problems"][0]["file"], "audit.jsonl");
  EXPECT_EQ(report["problems"][0]["line"], 2);
  EXPECT_EQ(report["problems"][0]["kind"], "changed");
  EXPECT_FALSE(report["problems"][0].contains("firstSeq"));
  EXPECT_EQ(report["problems"][1]["line"], 4);
  EXPECT_EQ(report["problems"][1]["kind"], "removed");
  EXPECT_EQ(report["problems"][1]["firstSeq"], 4);
  EXPECT_EQ(report["problems"][1]["lastSeq"], 4);
  EXPECT_THAT(result.err, HasSubstr("is damaged: audit.jsonl line 2 changed"));
  EXPECT_THAT(result.err, HasSubstr("and 1 more\n"));
}

TEST_F(AuditTest, WhatCannotBeReadExitsWithTwo) {
  const CtlResult missing = Verify();
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.out, IsEmpty());
  EXPECT_THAT(missing.err, HasSubstr("cannot be verified"));
  dir_.MakeDirectory(kProjectAudit);
  EXPECT_EQ(Verify().exit_code, 2);
}

TEST_F(AuditTest, TheMachinesAuditIsVerifiedAloneOrToo) {
  dir_.WriteFile(kMachineAudit, Lines(1));
  options_.machine = true;
  CtlResult both = Verify();
  EXPECT_EQ(both.exit_code, 2);
  EXPECT_EQ(both.OutJson()["file"], dir_.Join(kMachineAudit));
  dir_.WriteFile(kProjectAudit, "nonsense\n");
  EXPECT_EQ(Verify().exit_code, 1);
  options_.project.clear();
  EXPECT_EQ(Verify().exit_code, 0);
}

TEST_F(AuditTest, MistakesInTheCommandLineAreNotTakenForDamage) {
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"audit"}, {"audit", "repair"}, {"audit", "verify", "now"}}) {
    const CtlResult result = Ctl(options_, args);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr("audit verify --project=DIR"));
  }
  EXPECT_EQ(Ctl(CtlOptions(), {"audit", "verify"}).exit_code, 2);
}

}  // namespace
}  // namespace specrelay
