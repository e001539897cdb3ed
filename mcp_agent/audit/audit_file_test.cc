#include "mcp_agent/audit/audit_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kPath[] = ".spec-context/audit.jsonl";

std::string Lines(int count) {
  std::string text;
  ChainHead head;
  AuditEntry entry;
  entry.command = "file-write";
  for (int i = 0; i < count; ++i) text += FormatAuditLine(entry, head, &head);
  return text;
}

TEST(AuditFileTest, AFileOfSeveralBlocksIsIntact) {
  const TempDir dir;
  dir.WriteFile(kPath, Lines(3000));
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAuditFile(dir.path(), kPath));
  EXPECT_TRUE(report.intact());
  EXPECT_EQ(report.lines, 3000);
}

TEST(AuditFileTest, DamageIsFound) {
  const TempDir dir;
  std::string text = Lines(10);
  text[text.find("\"seq\":4,") + 6] = '5';
  dir.WriteFile(kPath, text);
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAuditFile(dir.path(), kPath));
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
  EXPECT_THAT(VerifyAuditFile(dir.Join("link"), kPath), IsOk());
  EXPECT_THAT(VerifyAuditFile(dir.Join("other"), kPath), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(AuditFileTest, WhatCannotBeReadIsNamed) {
  const TempDir dir;
  EXPECT_THAT(VerifyAuditFile(dir.Join("nowhere"), kPath), IsStatus(absl::StatusCode::kNotFound, HasSubstr("nowhere")));
  EXPECT_THAT(VerifyAuditFile(dir.path(), kPath), IsStatus(absl::StatusCode::kNotFound, HasSubstr("audit.jsonl")));
  dir.MakeDirectory(kPath);
  EXPECT_THAT(VerifyAuditFile(dir.path(), kPath), HasCode(absl::StatusCode::kInvalidArgument));
  dir.Remove(kPath);
  ASSERT_EQ(::mkfifo(dir.Join(kPath).c_str(), 0600), 0);
  EXPECT_THAT(VerifyAuditFile(dir.path(), kPath), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(AuditFileTest, ATornTailIsReported) {
  const TempDir dir;
  const std::string text = Lines(2);
  dir.WriteFile(kPath, text.substr(0, text.size() - 10));
  ASSERT_OK_AND_ASSIGN(const AuditReport report, VerifyAuditFile(dir.path(), kPath));
  ASSERT_EQ(report.problem_count, 1);
  EXPECT_EQ(report.problems[0].kind, AuditProblem::Kind::kTorn);
}

}  // namespace
}  // namespace specrelay
