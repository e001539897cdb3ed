#include "relay/finished_commands.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::NotNull;

constexpr absl::Time kNow = absl::UnixEpoch();

v1::CommandStatus StatusOf(absl::string_view request_id, absl::string_view reason = "") {
  v1::CommandStatus status;
  status.set_request_id(std::string(request_id));
  status.set_reason(std::string(reason));
  return status;
}

TEST(FinishedCommandsTest, EndsAreKeptApartByAccountAndTheLatestCounts) {
  FinishedCommands finished((FinishedCommands::Limits()));
  finished.Remember("acme", StatusOf("r", "first"), kNow);
  finished.Remember("rival", StatusOf("r", "theirs"), kNow);
  finished.Remember("acme", StatusOf("r", "second"), kNow);
  ASSERT_THAT(finished.Find("acme", "r"), NotNull());
  EXPECT_EQ(finished.Find("acme", "r")->reason(), "second");
  EXPECT_EQ(finished.Find("rival", "r")->reason(), "theirs");
  EXPECT_EQ(finished.Find("acme", "other"), nullptr);
  EXPECT_EQ(finished.count(), 2);
}

TEST(FinishedCommandsTest, TheOldestAreForgottenBeyondEachBound) {
  FinishedCommands few(FinishedCommands::Limits{2, 1000, absl::Minutes(1)});
  for (const char* id : {"a", "b", "c"}) few.Remember("acme", StatusOf(id), kNow);
  EXPECT_EQ(few.Find("acme", "a"), nullptr);
  EXPECT_THAT(few.Find("acme", "c"), NotNull());

  FinishedCommands small(FinishedCommands::Limits{10, 100, absl::Minutes(1)});
  small.Remember("acme", StatusOf("a", std::string(60, 'x')), kNow);
  small.Remember("acme", StatusOf("b", std::string(60, 'x')), kNow);
  EXPECT_EQ(small.Find("acme", "a"), nullptr);
  small.Remember("acme", StatusOf("huge", std::string(600, 'x')), kNow);
  EXPECT_THAT(small.Find("acme", "huge"), NotNull()) << "the latest is kept in any case";
  small.Remember("acme", StatusOf("c", std::string(60, 'x')), kNow);
  EXPECT_EQ(small.count(), 1) << "bytes of what was forgotten are free again";
}

TEST(FinishedCommandsTest, WhatIsTooOldIsForgotten) {
  FinishedCommands finished(FinishedCommands::Limits{10, 1000, absl::Minutes(1)});
  finished.Remember("acme", StatusOf("old"), kNow);
  finished.Remember("acme", StatusOf("new"), kNow + absl::Seconds(30));
  finished.ForgetOld(kNow + absl::Seconds(60));
  EXPECT_EQ(finished.Find("acme", "old"), nullptr);
  EXPECT_THAT(finished.Find("acme", "new"), NotNull());
}

TEST(FinishedCommandsTest, AnAccountsAreVisitedOldestFirst) {
  FinishedCommands finished((FinishedCommands::Limits()));
  for (const char* id : {"b", "a", "c"}) finished.Remember("acme", StatusOf(id), kNow);
  finished.Remember("rival", StatusOf("x"), kNow);
  finished.Forget("acme", "a");
  std::vector<std::string> seen;
  finished.ForEach("acme", [&](const v1::CommandStatus& status) { seen.push_back(status.request_id()); });
  EXPECT_THAT(seen, ElementsAre("b", "c"));
}

}  // namespace
}  // namespace specrelay
