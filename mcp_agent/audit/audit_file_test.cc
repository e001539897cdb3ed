#include "mcp_agent/audit/audit_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kTree[] = ".spec-context";
constexpr char kPath[] = ".spec-context/audit.jsonl";

std::string LinesAfter(ChainHead& head, int count) {
  std::string text;
  AuditEntry entry;
  entry.command = "file-write";
  for (int i = 0; i < count; ++i) text += FormatAuditLine(entry, head, &head);
  return text;
}

std::string Lines(int count) {
  ChainHead head;
  return LinesAfter(head, count);
}

TEST(AuditFileTest, AFileOfSeveralBlocksIsIntact) {
  const TempDir dir;
  dir.WriteFile(kPath, Lines(3000));
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAudit(dir.path(), kTree));
  EXPECT_TRUE(report.intact());
  EXPECT_EQ(report.lines, 3000);
}

TEST(AuditFileTest, DamageIsFound) {
  const TempDir dir;
  std::string text = Lines(10);
  text[text.find("\"seq\":4,") + 6] = '5';
  dir.WriteFile(kPath, text);
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAudit(dir.path(), kTree));
  ASSERT_EQ(report.problem_count, 1);
  EXPECT_EQ(report.problems[0].line, 4);
}

TEST(AuditFileTest, TheDirectoryMayBeReachedByASymbolicLinkButNotTheFile) {
  const TempDir dir;
  dir.WriteFile(absl::StrCat("project/", kPath), Lines(1));
  dir.MakeDirectory("other/.spec-context");
  ASSERT_EQ(::symlink("project", dir.Join("link").c_str()), 0);
  ASSERT_EQ(::symlink(dir.Join("project/.spec-context/audit.jsonl").c_str(),
                      dir.Join("other/.spec-context/audit.jsonl").c_str()),
            0);
  EXPECT_THAT(VerifyAudit(dir.Join("link"), kTree), IsOk());
  EXPECT_THAT(VerifyAudit(dir.Join("other"), kTree), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(AuditFileTest, WhatCannotBeReadIsNamed) {
  const TempDir dir;
  EXPECT_THAT(VerifyAudit(dir.Join("nowhere"), kTree), IsStatus(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
  EXPECT_THAT(VerifyAudit(dir.path(), kTree), IsStatus(absl::StatusCode::kNotFound, HasSubstr(kTree)));
  dir.MakeDirectory(kTree);
  EXPECT_THAT(VerifyAudit(dir.path(), kTree), IsStatus(absl::StatusCode::kNotFound, HasSubstr(kPath)));
  dir.MakeDirectory(kPath);
  EXPECT_THAT(VerifyAudit(dir.path(), kTree), HasCode(absl::StatusCode::kInvalidArgument));
  dir.Remove(kPath);
  ASSERT_EQ(::mkfifo(dir.Join(kPath).c_str(), 0600), 0);
  EXPECT_THAT(VerifyAudit(dir.path(), kTree), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(AuditFileTest, ATornTailIsReported) {
  const TempDir dir;
  const std::string text = Lines(2);
  dir.WriteFile(kPath, text.substr(0, text.size() - 10));
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAudit(dir.path(), kTree));
  ASSERT_EQ(report.problem_count, 1);
  EXPECT_EQ(report.problems[0].kind, AuditProblem::Kind::kTorn);
}

class AuditPartsOnDiskTest : public testing::Test {
 protected:
  // 10 lines put aside, 10 more, and 5 in the file.
  AuditPartsOnDiskTest() {
    ChainHead head;
    for (int last : {10, 20}) dir_.WriteFile(PathOf(AuditPartName(last)), LinesAfter(head, 10));
    dir_.WriteFile(kPath, LinesAfter(head, 5));
  }

  static std::string PathOf(absl::string_view name) { return absl::StrCat(kTree, "/", name); }

  AuditReport Verify() {
    const absl::StatusOr<AuditReport> report = VerifyAudit(dir_.path(), kTree);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *report : AuditReport();
  }

  const TempDir dir_;
};

TEST_F(AuditPartsOnDiskTest, AreOneChain) {
  const AuditReport report = Verify();
  EXPECT_TRUE(report.intact());
  EXPECT_EQ(report.lines, 25);
  EXPECT_EQ(report.head.seq, 25);
}

TEST_F(AuditPartsOnDiskTest, DamageIsNamedByThePartAndItsLine) {
  ChainHead head;
  std::string text = LinesAfter(head, 20);
  text = text.substr(text.find("{\"seq\":11,"));
  text[text.find("\"seq\":14,") + 7] = '9';
  dir_.WriteFile(PathOf(AuditPartName(20)), text);
  const AuditReport report = Verify();
  ASSERT_EQ(report.problem_count, 1);
  EXPECT_EQ(report.problems[0].file, AuditPartName(20));
  EXPECT_EQ(report.problems[0].line, 4);
}

TEST_F(AuditPartsOnDiskTest, APartThatIsGoneIsMissed) {
  dir_.Remove(PathOf(AuditPartName(20)));
  const AuditReport report = Verify();
  ASSERT_EQ(report.problem_count, 1);
  EXPECT_EQ(report.problems[0].kind, AuditProblem::Kind::kRemoved);
  EXPECT_EQ(report.problems[0].file, "audit.jsonl");
  EXPECT_EQ(report.problems[0].line, 1);
  EXPECT_EQ(report.problems[0].first_seq, 11);
  EXPECT_EQ(report.problems[0].last_seq, 20);
}

TEST_F(AuditPartsOnDiskTest, TheFileMayBeYetToBeMade) {
  dir_.Remove(kPath);
  const AuditReport report = Verify();
  EXPECT_TRUE(report.intact());
  EXPECT_EQ(report.lines, 20);
}

}  // namespace
}  // namespace specrelay
