// An agent that is stopped for longer than heartbeats are patient, with writes queued behind it.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/hibernation.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(HibernateTest, WhatWasWrittenMeanwhileIsAppliedInOrderOnceTheAgentGoesOn) {
  HibernationOptions options;
  options.server_flags = {"--heartbeat_interval=1s", "--heartbeat_timeout=1s"};
  ASSERT_OK_AND_ASSIGN(const HibernationReport report, Hibernate(options));
  EXPECT_THAT(report.found_out_by, HasSubstr("no sign of life")) << "the heartbeat of the relay, not the transport's";
  EXPECT_EQ(report.sent, options.files) << "before the relay had found out";
  EXPECT_EQ(report.queued, options.files * (options.rounds - 1));
  EXPECT_EQ(report.applied, options.files * options.rounds);
  EXPECT_EQ(report.lost, 0);
  EXPECT_EQ(report.doubled, 0);
  EXPECT_EQ(report.out_of_order, 0);
  EXPECT_THAT(report.details, IsEmpty());
}

}  // namespace
}  // namespace specrelay
