#include "mcp_agent/link/command_outcomes.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr int64_t kLimit = 100'000;

TEST(CommandOutcomesTest, ARefusalTellsCodeMessageAndRequest) {
  const v1::CommandOutcome outcome = RefusedOutcome("r1", absl::UnavailableError("leaving"));
  EXPECT_EQ(outcome.request_id(), "r1");
  EXPECT_EQ(outcome.state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(outcome.error().code(), static_cast<int>(absl::StatusCode::kUnavailable));
  EXPECT_EQ(outcome.error().message(), "leaving");
  EXPECT_EQ(outcome.error().request_id(), "r1");
  EXPECT_EQ(outcome.error().state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(RefusedOutcome("r1", absl::CancelledError("")).state(), v1::COMMAND_STATE_CANCELLED);
}

TEST(CommandOutcomesTest, WhatFitsIsLeftAlone) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.mutable_result()->mutable_file_read()->set_content(std::string(90'000, 'x'));
  const v1::CommandOutcome fitted = FitOutcome(outcome, false, kLimit, "the limit");
  EXPECT_EQ(fitted.SerializeAsString(), outcome.SerializeAsString());
}

TEST(CommandOutcomesTest, AReadsAnswerThatIsTooLargeBecomesAnErrorWithBothSizes) {
  v1::CommandOutcome outcome;
  outcome.set_request_id("r1");
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.mutable_result()->mutable_file_read()->set_content(std::string(200'000, 'x'));
  const v1::CommandOutcome fitted = FitOutcome(outcome, false, kLimit, "the relay's limit");
  EXPECT_EQ(fitted.request_id(), "r1");
  EXPECT_EQ(fitted.state(), v1::COMMAND_STATE_FAILED);
  EXPECT_FALSE(fitted.has_result());
  EXPECT_THAT(fitted.error().message(), testing::HasSubstr(std::to_string(outcome.ByteSizeLong())));
  EXPECT_THAT(fitted.error().message(), testing::HasSubstr("the relay's limit is 100000 bytes"));
}

TEST(CommandOutcomesTest, AWriteThatTookEffectIsNeverCalledFailed) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.mutable_result()->mutable_task_status_update()->mutable_task()->set_description(std::string(200'000, 'x'));
  const v1::CommandOutcome fitted = FitOutcome(outcome, true, kLimit, "the limit");
  EXPECT_EQ(fitted.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_LE(fitted.ByteSizeLong(), 100u);
}

TEST(CommandOutcomesTest, AConflictLosesItsContentButStaysAConflict) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_CONFLICT);
  outcome.mutable_error()->mutable_conflict()->set_current_hash("abc");
  outcome.mutable_error()->mutable_conflict()->set_current_content(std::string(200'000, 'x'));
  const v1::CommandOutcome fitted = FitOutcome(outcome, true, kLimit, "the limit");
  EXPECT_EQ(fitted.state(), v1::COMMAND_STATE_CONFLICT);
  EXPECT_EQ(fitted.error().conflict().current_hash(), "abc");
  EXPECT_TRUE(fitted.error().conflict().content_omitted());
  EXPECT_LE(fitted.ByteSizeLong(), 100u);
}

TEST(CommandOutcomesTest, AnErrorWithAnEndlessMessageFitsToo) {
  v1::CommandOutcome outcome;
  outcome.set_state(v1::COMMAND_STATE_FAILED);
  outcome.mutable_error()->set_message(std::string(200'000, 'x'));
  EXPECT_LE(FitOutcome(outcome, true, kLimit, "the limit").ByteSizeLong(), 1000u);
}

TEST(WithoutResultTest, AWriteStaysAppliedAndAReadHasFailed) {
  v1::CommandOutcome outcome;
  outcome.set_request_id("r1");
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  outcome.set_body(v1::BODY_KIND_MESSAGE);
  outcome.mutable_message_body()->set_size_bytes(5);
  const v1::CommandOutcome write = WithoutResult(outcome, /*is_write=*/true);
  EXPECT_EQ(write.state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(write.body(), v1::BODY_KIND_UNSPECIFIED);
  EXPECT_FALSE(write.has_message_body());
  const v1::CommandOutcome read = WithoutResult(outcome, /*is_write=*/false);
  EXPECT_EQ(read.request_id(), "r1");
  EXPECT_EQ(read.state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(read.error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace specrelay
