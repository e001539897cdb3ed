#include "mcp_agent/tree/tree_path.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

// A path of `depth` components.
std::string PathOfDepth(int depth) {
  std::string path = "d";
  for (int i = 1; i < depth; ++i) path += "/d";
  return path;
}

// A well-formed path of `length` bytes.
std::string PathOfLength(size_t length) {
  std::string path;
  while (path.size() + 200 < length) path += std::string(199, 'd') + "/";
  return path + std::string(length - path.size(), 'f');
}

TEST(TreePathTest, WellFormedPathsAreAccepted) {
  for (const std::string& path : {
           std::string(),
           std::string("a"),
           std::string("specs/user-auth/tasks.md"),
           std::string("specs/user auth/Implementation Logs/task-1.md"),
           std::string("approvals/x/.snapshots/requirements.md/metadata.json"),
           std::string("仕様/größe 🚀.md"),
           std::string("..."),
           std::string("..a/b.."),
           std::string("a\\b"),
           std::string(kMaxComponentBytes, 'x'),
           PathOfLength(kMaxPathBytes),
           PathOfDepth(kMaxPathDepth),
       }) {
    EXPECT_THAT(CheckTreePath(path), IsOk());
  }
}

TEST(TreePathTest, EachFaultIsNamed) {
  const struct {
    std::string path;
    std::string fault;
  } kCases[] = {
      {"/", "absolute"},
      {"/etc/passwd", "absolute"},
      {"//a", "absolute"},
      {"a//b", "empty component"},
      {"a/", "empty component"},
      {".", "\"..\" component"},
      {"..", "\"..\" component"},
      {"./a", "\"..\" component"},
      {"../a", "\"..\" component"},
      {"a/.", "\"..\" component"},
      {"a/..", "\"..\" component"},
      {"a/../../b", "\"..\" component"},
      {"specs/x/../../../etc/passwd", "\"..\" component"},
      {std::string("\0", 1), "NUL"},
      {std::string("a\0.md", 5), "NUL"},
      {std::string("a/..\0/b", 7), "NUL"},
      {"a/\xFF", "UTF-8"},
      {"\xC0\xAE\xC0\xAE/a", "UTF-8"},
      {"a\xC0\xAF"
       "b",
       "UTF-8"},
      {"\xED\xA0\x80", "UTF-8"},
      {"\xE2\x82", "UTF-8"},
      {std::string(kMaxComponentBytes + 1, 'x'), "component of 256 bytes"},
      {absl::StrCat("a/", std::string(300, 'x'), "/b"), "component of 300 bytes"},
      {PathOfLength(kMaxPathBytes + 1), "has 4097 bytes"},
      {PathOfDepth(kMaxPathDepth + 1), "more than 100 components"},
      {std::string(1 << 20, '/'), "has 1048576 bytes"},
  };
  for (const auto& c : kCases) {
    for (const absl::Status& status : {CheckTreePath(c.path), CheckRemotePath(c.path, RemoteAccess::kRead)}) {
      EXPECT_THAT(status, IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(c.fault)));
      EXPECT_LT(status.message().size(), 1200u);
      EXPECT_TRUE(IsValidUtf8(status.message()));
    }
  }
}

TEST(TreePathTest, RemoteCallersDoNotReachTheAgentsOwnFiles) {
  for (const char* path :
       {".specrelay", ".specrelay/lock", ".SpecRelay/journal", ".spec-context/.specrelay/lock", "specs/.specrelay",
        ".tmp-", ".tmp-abc", "specs/x/.tmp-0123456789abcdefghij", "specs/.TMP-x/a"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kRead), HasCode(absl::StatusCode::kPermissionDenied)) << path;
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kWrite), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
}

TEST(TreePathTest, RemoteCallersReadHiddenFilesButDoNotWriteThem) {
  for (const char* path :
       {".git", "approvals/x/.snapshots/requirements.md/metadata.json", "specs/.hidden.md", "...", ".specrelays"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kRead), IsOk()) << path;
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kWrite),
                IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("starts with a dot")))
        << path;
  }
}

TEST(TreePathTest, RemoteCallersWriteOrdinaryFiles) {
  for (const char* path : {"specs/user-auth/tasks.md", "a.specrelay", "steering/x.tmp-1"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kWrite), IsOk()) << path;
  }
}

TEST(TreePathTest, RemoteCallersReadButDoNotWriteWhatTypedCommandsProtect) {
  const struct {
    std::string path;
    std::string writer;
  } kCases[] = {
      {"agent.json", "machine's owner"},
      {"AGENT.Json", "machine's owner"},
      {"audit.jsonl", "the agent itself"},
      {"Audit.jsonl", "the agent itself"},
      {"audit.jsonl.damaged-20261121T022131.095", "the agent itself"},
      {"settings.json", "auto-approve-set"},
      {"SETTINGS.JSON", "auto-approve-set"},
      {"approvals", "approval-create"},
      {"approvals/x.json", "approval-update"},
      {"approvals/user-auth/approval_1.json", "approval-update"},
      {"Approvals/user-auth/deep/er/a.md", "approval-update"},
      {"questions/question_1.json", "question-answer"},
      {"QUESTIONS/a.md", "question-answer"},
      {"analytics", "task-status-update"},
      {"ANALYTICS/task-events.jsonl", "task-status-update"},
      {"specs/user-auth/implementation-log.json", "impl-log-add"},
      {"specs/user-auth/Implementation Logs/task-1.md", "impl-log-add"},
      {"archive/specs/user-auth/implementation LOGS/a/b.md", "impl-log-add"},
      {"Specs/user-auth/Implementation-Log.JSON", "impl-log-add"},
      {"archive/specs/old-thing/implementation-log.json", "impl-log-add"},
      {"Archive/SPECS/old-thing/implementation-log.json", "impl-log-add"},
      {"specs/größe 仕様/implementation-log.json", "impl-log-add"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(CheckRemotePath(c.path, RemoteAccess::kRead), IsOk()) << c.path;
    EXPECT_THAT(CheckRemotePath(c.path, RemoteAccess::kWrite),
                IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr(c.writer)))
        << c.path;
  }
}

TEST(TreePathTest, SpellingsThatAFileSystemTakesForAProtectedNameAreRefusedToo) {
  for (const char* path :
       {"\u017Fettings.json", "agent\u00AD.json", "\uFEFFagent.json", "approval\u017F/x/a.json",
        "appro\u200Dvals/x/a.json", "archive/\u017Fpecs/x/implementation-log.json", "\u200D.git/config",
        "specs/x/implementation\u2060-log.json", "\u200D.specrelay/journal", ".\u017Fpecrelay/journal"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kWrite), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
  for (const char* path : {"\u200D.specrelay/journal", ".\u017Fpecrelay/journal", "specs/.t\u00ADmp-abc"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kRead), HasCode(absl::StatusCode::kPermissionDenied)) << path;
  }
}

TEST(TreePathTest, NamesThatOnlyResembleProtectedOnesAreWritten) {
  for (const char* path :
       {"specs/agent.json", "steering/settings.json", "specs/approvals/tasks.md", "approvals-old/a.json",
        "specs/x/audit.jsonl", "agent.json.md", "agents.json", "my-audit.jsonl", "implementation-log.json",
        "specs/implementation-log.json", "specs/x/y/implementation-log.json", "specs/x/implementation-log.json.md",
        "archive/x/implementation-log.json", "archive/specs/implementation-log.json", "archive/approvals/a.json",
        "analytics.md", "archive/archive/specs/x/implementation-log.json", "仕様.md", "❤️.md"}) {
    EXPECT_THAT(CheckRemotePath(path, RemoteAccess::kWrite), IsOk()) << path;
  }
}

TEST(TreePathTest, PathsComeApartAndTogether) {
  EXPECT_EQ(ParentPath("a/b/c"), "a/b");
  EXPECT_EQ(ParentPath("a"), "");
  EXPECT_EQ(BaseName("a/b/c"), "c");
  EXPECT_EQ(BaseName("a"), "a");
  EXPECT_EQ(JoinPath("a/b", "c"), "a/b/c");
  EXPECT_EQ(JoinPath("", "c"), "c");
  EXPECT_EQ(JoinPath("a", ""), "a");
}

TEST(TreePathTest, TemporaryNamesAreFreshAndKnownAgain) {
  const std::string name = NewTempFileName();
  EXPECT_NE(name, NewTempFileName());
  EXPECT_TRUE(IsTempFileName(name));
  EXPECT_TRUE(IsAgentOwnName(name));
  for (const std::string& other : {name + "x", name.substr(0, name.size() - 1), name.substr(1), "x" + name,
                                   std::string(".tmp-notes"), name.substr(0, name.size() - 1) + "."}) {
    EXPECT_FALSE(IsTempFileName(other)) << other;
  }
}

}  // namespace
}  // namespace specrelay
