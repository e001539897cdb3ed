// The commands on implementation logs.

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

constexpr char kRecordedId[] = "0f1c9335-9192-4e84-8773-66aa654da64e";
constexpr char kLog[] = "specs/user-auth/implementation-log.json";

class EveryCommandLogsTest : public CommandFixture {};

TEST_F(EveryCommandLogsTest, TheLogOfExistingToolsIsReadSearchedAndSummedUp) {
  const auto log = Read(R"({"implLogRead": {"specName": "user-auth"}})").impl_log_read();
  ASSERT_EQ(log.entries_size(), 1);
  EXPECT_EQ(log.entries(0).id(), kRecordedId);
  EXPECT_EQ(log.entries(0).summary(), "Session store with TTL");
  EXPECT_EQ(Read(R"({"implLogRead": {"specName": "user-auth", "taskId": "2"}})").impl_log_read().entries_size(), 0);
  EXPECT_EQ(
      Read(R"({"implLogSearch": {"specName": "user-auth", "query": "login SIGN"}})").impl_log_search().entries_size(),
      1);
  EXPECT_EQ(
      Read(R"({"implLogSearch": {"specName": "user-auth", "query": "login zzz"}})").impl_log_search().entries_size(),
      0);
  const auto stats = Read(R"({"implLogTaskStats": {"specName": "user-auth", "taskId": "1"}})").impl_log_task_stats();
  EXPECT_EQ(stats.total_implementations(), 1);
  EXPECT_EQ(stats.total_lines_added(), 120);
  EXPECT_EQ(stats.last_implementation().id(), kRecordedId);
}

TEST_F(EveryCommandLogsTest, ReadsOfASpecThatThereIsNotAreRefused) {
  Refused(R"({"implLogRead": {"specName": "nope"}})", StatusCode::kNotFound, "Spec not found: 'nope'");
  Refused(R"({"implLogSearch": {"specName": "../x", "query": "a"}})", StatusCode::kInvalidArgument, "path separator");
  Refused(absl::Substitute(R"({"implLogSearch": {"specName": "user-auth", "query": "$0"}})", std::string(5000, 'q')),
          StatusCode::kInvalidArgument, "5000 bytes");
  Refused(R"({"implLogTaskStats": {"specName": "user-auth"}})", StatusCode::kInvalidArgument, "taskId is required");
  Refused(R"({"implLogTaskStats": {"specName": "nope", "taskId": "1"}})", StatusCode::kNotFound, "nope");
}

TEST_F(EveryCommandLogsTest, AnEntryIsAddedToTheLogBesideThoseOfTheOlderLayout) {
  const Performed added = Write(R"({"implLogAdd": {"specName": "user-auth", "entry": {"taskId": "2",
      "summary": "Login", "filesModified": ["src/app.ts"], "filesCreated": ["src/login.ts"],
      "statistics": {"linesAdded": 10, "linesRemoved": 1, "filesChanged": 2},
      "artifacts": {"functions": [{"name": "login", "purpose": "Sign in", "location": "src/login.ts:1",
      "isExported": true}]}}}})");
  EXPECT_THAT(added.changes, ElementsAre(absl::StrCat("+", kLog)));
  const nlohmann::ordered_json log = JsonFile(kLog);
  EXPECT_THAT(KeysOf(log), ElementsAre("entries", "lastUpdated"));
  ASSERT_EQ(log["entries"].size(), 1u);
  EXPECT_THAT(KeysOf(log["entries"][0]), ElementsAre("id", "taskId", "timestamp", "summary", "filesModified",
                                                     "filesCreated", "statistics", "artifacts"));
  EXPECT_EQ(log["entries"][0].value("id", ""), added.result.impl_log_add().entry().id());
  EXPECT_EQ(log["entries"][0]["statistics"].value("linesAdded", 0), 10);
  EXPECT_EQ(log["entries"][0]["artifacts"]["functions"][0].value("isExported", false), true);
  EXPECT_EQ(Read(R"({"implLogRead": {"specName": "user-auth"}})").impl_log_read().entries_size(), 2);
}

TEST_F(EveryCommandLogsTest, AnEntryThatSaysTooLittleIsNotAdded) {
  Refused(R"({"implLogAdd": {"specName": "user-auth", "entry": {"taskId": "1"}}})", StatusCode::kInvalidArgument,
          "artifacts field is REQUIRED. Include apiEndpoints, components, functions, classes, or integrations in the "
          "artifacts object.");
  Refused(R"({"implLogAdd": {"specName": "user-auth", "entry": {"artifacts": {"functions": []}}}})",
          StatusCode::kInvalidArgument, "taskId is required");
  Refused(R"({"implLogAdd": {"specName": "user-auth", "entry": {"taskId": "1", "timestamp": "yesterday",
      "artifacts": {"functions": []}}}})",
          StatusCode::kInvalidArgument, "timestamp");
  Refused(R"({"implLogAdd": {"specName": "nope", "entry": {"taskId": "1", "artifacts": {"functions": []}}}})",
          StatusCode::kNotFound, "Spec not found: 'nope'");
}

}  // namespace
}  // namespace specrelay
