#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/relay_link_fixture.h"

namespace specrelay {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

using RelayLinkFilesTest = RelayLinkTest;

TEST_F(RelayLinkFilesTest, EventsAreNumberedFromOneOnEachStream) {
  link_->OnChanges({Change("before")}, "");
  Connect();
  link_->OnChanges({Change("a"), Change("b")}, "");
  link_->OnChanges({Change("c")}, "the watch queue overflowed");
  ASSERT_THAT(stream().written, SizeIs(2));
  EXPECT_EQ(stream().written[0].events().first_sequence(), 1);
  EXPECT_EQ(stream().written[0].events().changes(1).path(), "b");
  EXPECT_EQ(stream().written[1].events().first_sequence(), 3);
  EXPECT_EQ(stream().written[1].events().resync_reason(), "the watch queue overflowed");

  stream().Close(absl::UnavailableError("reset"));
  link_->OnChanges({Change("between")}, "");
  WaitForRetry();
  link_->OnChanges({Change("d")}, "");
  stream().Receive(Welcome());
  ASSERT_THAT(stream().written, SizeIs(2));
  EXPECT_EQ(stream().written[1].events().first_sequence(), 1);
  ASSERT_EQ(stream().written[1].events().changes_size(), 1);
  EXPECT_EQ(stream().written[1].events().changes(0).path(), "d");
}

TEST_F(RelayLinkFilesTest, AnAcknowledgementMakesRoomForMoreEvents) {
  Connect();
  link_->OnChanges(std::vector<v1::FileChanged>(10'000, Change("a")), "");
  stream().written.clear();
  link_->OnChanges({Change("b")}, "");
  EXPECT_THAT(stream().written, IsEmpty());
  v1::RelayFrame ack;
  ack.mutable_event_ack()->set_sequence(10'000);
  stream().Receive(ack);
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].events().first_sequence(), 10'001);
}

TEST_F(RelayLinkFilesTest, TellsTheWholeStateInPartsWhenAsked) {
  Connect();
  link_->OnChanges({Change("a")}, "");
  stream().written.clear();
  stream().Receive(StateRequest(9));
  ASSERT_THAT(snapshots_, SizeIs(1));
  snapshots_[0](Files(1100));
  ASSERT_THAT(stream().written, SizeIs(3));
  int files = 0;
  for (int i = 0; i < 3; ++i) {
    const v1::TreeState& part = stream().written[i].tree_state();
    EXPECT_EQ(part.nonce(), 9u);
    EXPECT_EQ(part.sequence(), 1);
    EXPECT_EQ(part.last(), i == 2);
    EXPECT_LE(part.files_size(), 512);
    files += part.files_size();
  }
  EXPECT_EQ(files, 1100);
}

TEST_F(RelayLinkFilesTest, AnEmptyTreeHasAStateToo) {
  Connect();
  stream().Receive(StateRequest(9));
  snapshots_[0]({});
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_TRUE(stream().written[0].tree_state().last());
  EXPECT_EQ(stream().written[0].tree_state().files_size(), 0);
}

TEST_F(RelayLinkFilesTest, ManyStateRequestsShareOneSnapshot) {
  Connect();
  for (uint64_t nonce = 1; nonce <= 50; ++nonce) stream().Receive(StateRequest(nonce));
  ASSERT_THAT(snapshots_, SizeIs(1));
  snapshots_[0](Files(1));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].tree_state().nonce(), 50u);
  stream().Receive(StateRequest(51));
  EXPECT_THAT(snapshots_, SizeIs(2));
}

TEST_F(RelayLinkFilesTest, ASnapshotThatComesTooLateIsDroppedAndTheNextStreamGetsItsOwnAnswer) {
  Connect();
  stream().Receive(StateRequest(1));
  stream().Close(absl::UnavailableError("reset"));
  WaitForRetry();
  stream().Receive(Welcome());
  stream().written.clear();
  snapshots_[0](Files(1));
  EXPECT_THAT(stream().written, IsEmpty());
  stream().Receive(StateRequest(2));
  ASSERT_THAT(snapshots_, SizeIs(2));
  snapshots_[1](Files(1));
  ASSERT_THAT(stream().written, SizeIs(1));
  EXPECT_EQ(stream().written[0].tree_state().nonce(), 2u);
}

TEST_F(RelayLinkFilesTest, WhenTheStateCannotBeToldTheStreamEndsAndTheNextOneTries) {
  Connect();
  snapshot_status_ = absl::ResourceExhaustedError("too many snapshots");
  stream().Receive(StateRequest(1));
  EXPECT_TRUE(stream().cancelled);
}

TEST_F(RelayLinkFilesTest, ProgressOfAJobIsReportedWhileConnected) {
  v1::JobProgress report;
  report.set_job_id("job-1");
  link_->ReportProgress(report);
  Connect();
  const size_t before = stream().written.size();
  link_->ReportProgress(report);
  ASSERT_EQ(stream().written.size(), before + 1) << "what came before the stream was open is not sent";
  EXPECT_EQ(stream().written.back().job_progress().job_id(), "job-1");
}

}  // namespace
}  // namespace specrelay
