#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Reads what a watcher of one project, or of all, would read.
class Watcher {
 public:
  explicit Watcher(RelayHarness& harness, v1::WatchRequest request = {})
      : start_(harness.relay.Watch(CallerOf().principal, request).value()), position_(start_.position) {}

  bool resync() const { return start_.resync; }

  // One line an event since the last call.
  std::vector<std::string> Read() {
    std::vector<std::string> lines;
    EventLog::Batch batch = start_.log->Read(position_, 1000, 1 << 20, [](const v1::Event&) { return true; }).value();
    position_ = batch.next;
    for (const auto& event : batch.events) {
      cursor_ = event->cursor();
      switch (event->body_case()) {
        case v1::Event::kFileChanged:
          lines.push_back(absl::StrCat("file ", event->file_changed().path(), "=", event->file_changed().hash()));
          break;
        case v1::Event::kPresence:
          lines.push_back(absl::StrCat("presence ", event->presence().connected_instances()));
          break;
        case v1::Event::kResync:
          lines.push_back("resync");
          break;
        case v1::Event::kCommandProgress:
          lines.push_back(absl::StrCat("command ", event->command_progress().request_id(), " ",
                                       v1::CommandState_Name(event->command_progress().state()).substr(14)));
          break;
        default:
          lines.push_back("?");
      }
    }
    return lines;
  }

  const std::string& cursor() const { return cursor_; }

 private:
  Relay::WatchStart start_;
  EventLog::Sequence position_;
  std::string cursor_;
};

TEST(RelayEventsTest, AChangeOnDiskReachesAWatcherAndIsAcknowledged) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {}));
  Watcher watcher(harness);
  harness.ReportChange(agent, 1, "specs/a/design.md", "01");
  EXPECT_THAT(watcher.Read(), ElementsAre("file specs/a/design.md=01"));
  EXPECT_EQ(agent.stream->TakeOnly(v1::RelayFrame::kEventAck).event_ack().sequence(), 1);
}

TEST(RelayEventsTest, AFirstStateIsAnExplicitResync) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Watcher watcher(harness);
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {{"a", "01"}, {"b", "02"}}));
  EXPECT_THAT(watcher.Read(), ElementsAre("resync"));
}

TEST(RelayEventsTest, WhatChangedWhileTheAgentWasAwayIsReportedWhenItReturns) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {{"same", "01"}, {"edited", "02"}}));
  Watcher watcher(harness);
  harness.relay.Disconnect(agent.session, absl::UnavailableError("gone"), {});
  const auto returned = harness.Connect("p1", "i2");
  ASSERT_TRUE(harness.AnswerStateRequest(returned, {{"same", "01"}, {"edited", "03"}}));
  EXPECT_THAT(watcher.Read(), ElementsAre("presence 0", "presence 1", "file edited=03"));
}

TEST(RelayEventsTest, TwoInstancesThatSeeTheSameEditMakeOneEvent) {
  RelayHarness harness;
  const auto older = harness.Connect("p1", "i1");
  const auto newer = harness.Connect("p1", "i2");
  ASSERT_TRUE(harness.AnswerStateRequest(newer, {{"a", "01"}}));
  Watcher watcher(harness);
  harness.ReportChange(older, 1, "a", "02");
  harness.ReportChange(newer, 1, "a", "02");
  harness.ReportChange(newer, 2, "a", "01");
  harness.ReportChange(older, 2, "a", "01");
  EXPECT_THAT(watcher.Read(), ElementsAre("file a=02", "file a=01"));
}

TEST(RelayEventsTest, AnEditThatOnlyTheOtherInstanceReportedIsNotLostWhenTheSourceDies) {
  RelayHarness harness;
  const auto older = harness.Connect("p1", "i1");
  const auto newer = harness.Connect("p1", "i2");
  ASSERT_TRUE(harness.AnswerStateRequest(newer, {{"a", "01"}}));
  older.stream->Take();
  Watcher watcher(harness);
  harness.ReportChange(older, 1, "a", "02");
  EXPECT_THAT(watcher.Read(), IsEmpty());
  harness.relay.Disconnect(newer.session, absl::UnavailableError("killed"), {});
  ASSERT_TRUE(harness.AnswerStateRequest(older, {{"a", "02"}}));
  EXPECT_THAT(watcher.Read(), ElementsAre("presence 1", "file a=02"));
}

TEST(RelayEventsTest, AGapInTheNumbersMakesTheRelayAskForTheStateAndSayResync) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {{"a", "01"}, {"b", "01"}}));
  Watcher watcher(harness);
  harness.ReportChange(agent, 1, "a", "02");
  harness.ReportChange(agent, 3, "a", "03");
  EXPECT_THAT(watcher.Read(), ElementsAre("file a=02", "resync", "file a=03"));
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {{"a", "03"}, {"b", "02"}}));
  EXPECT_THAT(watcher.Read(), ElementsAre("file b=02"));
}

TEST(RelayEventsTest, AnAgentsOwnDoubtIsPassedOn) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {}));
  Watcher watcher(harness);
  v1::AgentFrame frame;
  frame.mutable_events()->set_first_sequence(1);
  frame.mutable_events()->set_resync_reason("the file watcher overflowed");
  harness.relay.OnFrame(agent.session, frame);
  EXPECT_THAT(watcher.Read(), ElementsAre("resync"));
  EXPECT_TRUE(agent.stream->TakeOnly(v1::RelayFrame::kStateRequest).has_state_request());
}

TEST(RelayEventsTest, OversizedContentIsLeftOut) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {}));
  const Relay::WatchStart start = harness.relay.Watch(CallerOf().principal, {}).value();
  v1::AgentFrame frame;
  frame.mutable_events()->set_first_sequence(1);
  frame.mutable_events()->add_changes()->set_content(std::string(70'000, 'x'));
  harness.relay.OnFrame(agent.session, frame);
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch batch,
                       start.log->Read(start.position, 10, 1 << 20, [](const v1::Event&) { return true; }));
  ASSERT_EQ(batch.events.size(), 1u);
  EXPECT_TRUE(batch.events[0]->file_changed().content().empty());
  EXPECT_TRUE(batch.events[0]->file_changed().content_omitted());
}

TEST(RelayEventsTest, ARunningJobIsFollowedWhicheverInstanceRunsIt) {
  RelayHarness harness;
  const auto older = harness.Connect("p1", "i1");
  harness.Connect("p1", "i2");
  const Relay::WatchStart start = harness.relay.Watch(CallerOf().principal, {}).value();
  v1::AgentFrame frame;
  frame.mutable_job_progress()->set_job_id("job-1");
  frame.mutable_job_progress()->set_output("line\n");
  harness.relay.OnFrame(older.session, frame);
  frame.mutable_job_progress()->set_output(std::string(20'000, 'x'));
  harness.relay.OnFrame(older.session, frame);
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch batch,
                       start.log->Read(start.position, 10, 1 << 20, [](const v1::Event&) { return true; }));
  ASSERT_EQ(batch.events.size(), 2u);
  EXPECT_EQ(batch.events[0]->job_progress().output(), "line\n");
  EXPECT_EQ(batch.events[1]->job_progress().skipped_bytes(), 20'000) << "output over the bound is left out";
}

TEST(RelayEventsTest, WritesAreFollowedByTheirStatesAndReadsAreNot) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  Watcher watcher(harness);
  RelayHarness::Outcome write, read;
  v1::ExecuteRequest request = SpecListRequestFor("p1", "w");
  request.mutable_command()->mutable_spec_archive()->set_name("a");
  ASSERT_THAT(harness.Execute(request, write), IsOk());
  ASSERT_THAT(harness.Execute(SpecListRequestFor("p1", "r"), read), IsOk());
  v1::AgentFrame applied = AppliedFrame("w");
  applied.mutable_outcome()->mutable_result()->mutable_spec_archive();
  harness.relay.OnFrame(agent.session, applied);
  harness.relay.OnFrame(agent.session, AppliedFrame("r"));
  EXPECT_THAT(watcher.Read(), ElementsAre("command w SENT", "command w APPLIED"));
}

TEST(RelayEventsTest, AWatcherResumesBehindItsCursorOrIsToldToResync) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  ASSERT_TRUE(harness.AnswerStateRequest(agent, {}));
  Watcher first(harness);
  harness.ReportChange(agent, 1, "a", "01");
  first.Read();
  harness.ReportChange(agent, 2, "b", "01");
  v1::WatchRequest request;
  request.set_cursor(first.cursor());
  Watcher resumed(harness, request);
  EXPECT_FALSE(resumed.resync());
  EXPECT_THAT(resumed.Read(), ElementsAre("file b=01"));
  request.set_cursor("anotherepoch.17");
  Watcher lost(harness, request);
  EXPECT_TRUE(lost.resync());
}

TEST(RelayEventsTest, WatchingAnUnknownOrForeignProjectIsNotFound) {
  RelayHarness harness;
  harness.Connect("p1", "i1");
  v1::WatchRequest request;
  request.set_project_id("nope");
  EXPECT_THAT(harness.relay.Watch(CallerOf().principal, request), HasCode(absl::StatusCode::kNotFound));
  request.set_project_id("p1");
  EXPECT_THAT(harness.relay.Watch(CallerOf("rival").principal, request), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(harness.relay.Watch(CallerOf().principal, request), IsOk());
  EXPECT_THAT(harness.relay.Watch(PrincipalOf("acme", Role::kAgent), request),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST(RelayEventsTest, WatchersLearnWhoWritesWhichDocument) {
  RelayHarness harness;
  const auto agent = harness.Connect("p1", "i1");
  const Relay::WatchStart start = *harness.relay.Watch(PrincipalOf("acme", Role::kViewer), {});
  v1::ExecuteRequest request = SpecListRequestFor("p1", "r1");
  request.mutable_command()->mutable_steering_write()->set_document(v1::STEERING_DOCUMENT_TECH);
  RelayHarness::Outcome outcome;
  ASSERT_THAT(harness.Execute(std::move(request), outcome), IsOk());
  EventLog::Batch batch = start.log->Read(start.position, 1000, 1 << 20, [](const v1::Event&) { return true; }).value();
  ASSERT_FALSE(batch.events.empty());
  for (const auto& event : batch.events) {
    EXPECT_EQ(event->command_progress().path(), "steering/tech.md");
    EXPECT_EQ(event->command_progress().actor().key_name(), "laptop");
    EXPECT_EQ(event->command_progress().actor().client(), "test-client");
  }
}

}  // namespace
}  // namespace specrelay
