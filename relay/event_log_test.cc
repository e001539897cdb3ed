#include "relay/event_log.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

bool Everything(const v1::Event&) { return true; }

v1::Event EventOf(absl::string_view project, size_t bytes = 0) {
  v1::Event event;
  event.set_project_id(std::string(project));
  event.mutable_file_changed()->set_content(std::string(bytes, 'x'));
  return event;
}

std::vector<std::string> Projects(const EventLog::Batch& batch) {
  std::vector<std::string> projects;
  for (const auto& event : batch.events) projects.push_back(event->project_id());
  return projects;
}

class CountingWaker : public EventWaker {
 public:
  void Wake() override { ++wakes; }
  int wakes = 0;
};

TEST(EventLogTest, AReaderGetsEveryEventOnceAndInOrder) {
  EventLog log("e", {});
  EventLog::Sequence position = log.End();
  for (const char* project : {"a", "b", "c"}) log.Publish(EventOf(project));
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch first, log.Read(position, 2, 1 << 20, Everything));
  EXPECT_THAT(Projects(first), testing::ElementsAre("a", "b"));
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch second, log.Read(first.next, 2, 1 << 20, Everything));
  EXPECT_THAT(Projects(second), testing::ElementsAre("c"));
  EXPECT_EQ(second.next, log.End());
}

TEST(EventLogTest, ACursorResumesBehindItsEvent) {
  EventLog log("e", {});
  const EventLog::Sequence begin = log.End();
  log.Publish(EventOf("a"));
  log.Publish(EventOf("b"));
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch all, log.Read(begin, 10, 1 << 20, Everything));
  const absl::optional<EventLog::Sequence> resumed = log.Resolve(all.events[0]->cursor());
  ASSERT_TRUE(resumed.has_value());
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch rest, log.Read(*resumed, 10, 1 << 20, Everything));
  EXPECT_THAT(Projects(rest), testing::ElementsAre("b"));
  EXPECT_EQ(log.Resolve(all.events[1]->cursor()), log.End());
}

TEST(EventLogTest, AForeignOrMalformedOrFutureCursorResumesNothing) {
  EventLog log("e", {});
  log.Publish(EventOf("a"));
  for (const char* cursor : {"", "e", "e.", "e.x", "other.1", "e.-1", "e.99", "1", ".1", "e.99999999999999999999"}) {
    EXPECT_FALSE(log.Resolve(cursor).has_value()) << cursor;
  }
}

TEST(EventLogTest, CountAndBytesAreBoundedAndALostPositionSaysSo) {
  EventLog log("e", {/*max_events=*/10, /*max_bytes=*/1000});
  const EventLog::Sequence begin = log.End();
  for (int i = 0; i < 100; ++i) log.Publish(EventOf("p"));
  EXPECT_EQ(log.event_count(), 10);
  EXPECT_THAT(log.Read(begin, 10, 1000, Everything), HasCode(absl::StatusCode::kOutOfRange));
  for (int i = 0; i < 100; ++i) log.Publish(EventOf("p", 300));
  EXPECT_LE(log.byte_count(), 1000);
  EXPECT_FALSE(log.Resolve(log.Cursor(begin)).has_value());
}

TEST(EventLogTest, AnEventLargerThanTheBoundStillReachesThoseWhoKeepUp) {
  EventLog log("e", {/*max_events=*/10, /*max_bytes=*/100});
  const EventLog::Sequence begin = log.End();
  log.Publish(EventOf("large", 5000));
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch batch, log.Read(begin, 10, 100, Everything));
  EXPECT_THAT(Projects(batch), testing::ElementsAre("large"));
}

TEST(EventLogTest, UnwantedEventsArePassedOver) {
  EventLog log("e", {});
  const EventLog::Sequence begin = log.End();
  for (const char* project : {"a", "b", "a"}) log.Publish(EventOf(project));
  ASSERT_OK_AND_ASSIGN(const EventLog::Batch batch,
                       log.Read(begin, 10, 1 << 20, [](const v1::Event& e) { return e.project_id() == "a"; }));
  EXPECT_THAT(Projects(batch), testing::ElementsAre("a", "a"));
  EXPECT_EQ(batch.next, log.End());
}

TEST(EventLogTest, SubscribersAreWokenWhileTheyLive) {
  EventLog log("e", {});
  auto stays = std::make_shared<CountingWaker>();
  auto leaves = std::make_shared<CountingWaker>();
  log.Subscribe(leaves);
  log.Subscribe(stays);
  log.WakeSubscribers();
  leaves.reset();
  log.WakeSubscribers();
  EXPECT_EQ(stays->wakes, 2);
}

}  // namespace
}  // namespace specrelay
