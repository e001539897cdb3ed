#include "mcp_agent/commands/pending_waits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PendingWaitsTest : public testing::Test {
 protected:
  CancelWait Recorder() {
    return [this](absl::Status status) { cancelled_.emplace_back(status.message()); };
  }

  PendingWaits waits_;
  std::vector<std::string> cancelled_;
};

TEST_F(PendingWaitsTest, AWaitIsCancelledByItsRequestId) {
  const PendingWaits::Token token = waits_.Begin("r1");
  waits_.Attach(token, Recorder());
  waits_.Cancel({"r2"}, absl::CancelledError("other"));
  EXPECT_THAT(cancelled_, IsEmpty());
  waits_.Cancel({"r2", "r1"}, absl::CancelledError("mine"));
  EXPECT_THAT(cancelled_, ElementsAre("mine"));
}

TEST_F(PendingWaitsTest, AWaitThatHasEndedIsNotCancelled) {
  const PendingWaits::Token token = waits_.Begin("r1");
  waits_.Attach(token, Recorder());
  waits_.End(token);
  waits_.Cancel({"r1"}, absl::CancelledError("late"));
  EXPECT_THAT(cancelled_, IsEmpty());
  EXPECT_EQ(waits_.size(), 0);
}

TEST_F(PendingWaitsTest, ACancellationThatComesBeforeTheWayToCancelIsKept) {
  const PendingWaits::Token token = waits_.Begin("r1");
  waits_.Cancel({"r1"}, absl::CancelledError("early"));
  waits_.Attach(token, Recorder());
  EXPECT_THAT(cancelled_, ElementsAre("early"));
}

TEST_F(PendingWaitsTest, AWaitThatEndedBeforeTheWayToCancelIsForgotten) {
  const PendingWaits::Token token = waits_.Begin("r1");
  waits_.End(token);
  waits_.Attach(token, Recorder());
  waits_.Cancel({"r1"}, absl::CancelledError("late"));
  EXPECT_THAT(cancelled_, IsEmpty());
}

TEST_F(PendingWaitsTest, AWaitMayEndInItsCancellation) {
  const PendingWaits::Token token = waits_.Begin("r1");
  waits_.Attach(token, [&](absl::Status) { waits_.End(token); });
  waits_.Cancel({"r1"}, absl::CancelledError("mine"));
  EXPECT_EQ(waits_.size(), 0);
}

}  // namespace
}  // namespace specrelay
