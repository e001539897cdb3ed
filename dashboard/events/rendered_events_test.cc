#include "dashboard/events/rendered_events.h"

#include <memory>
#include <string>
#include <vector>

#include "dashboard/events/event_text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

std::shared_ptr<const v1::Event> EventNumber(int number, size_t reason_bytes = 10) {
  auto event = std::make_shared<v1::Event>();
  event->set_cursor("e." + std::to_string(number));
  event->set_project_id("p1");
  event->mutable_resync()->set_reason(std::string(reason_bytes, 'r'));
  return event;
}

TEST(EventTextTest, AMessageHasIdTypeAndOneLineOfData) {
  v1::Event event;
  event.set_cursor("e.7");
  event.set_project_id("p1");
  event.mutable_resync()->set_reason("two\nlines, \"quoted\"");
  EXPECT_EQ(
      EventText(event),
      "id: e.7\nevent: resync\n"
      "data: {\"type\":\"resync\",\"projectId\":\"p1\",\"data\":{\"reason\":\"two\\nlines, \\\"quoted\\\"\"}}\n\n");
}

TEST(EventTextTest, BytesThatAreNoTextDoNotBreakTheStream) {
  v1::Event event;
  event.set_cursor("e.7");
  event.mutable_job_progress()->set_output("\xff\r\n\ndata: forged");
  const std::string text = EventText(event);
  EXPECT_THAT(text, testing::HasSubstr("\xEF\xBF\xBD\\r\\n\\ndata: forged"));
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find("\n\n"), text.size() - 2);
}

TEST(EventTextTest, ResumingInTheMiddleOfAnEventBeginsWithAllOfIt) {
  v1::Event event;
  event.set_cursor("e.7");
  event.mutable_presence()->set_agent_id("a");
  const std::string text = EventText(event);
  EXPECT_THAT(text, testing::HasSubstr("id: e.7+1\nevent: agent:"));
  EXPECT_THAT(text, testing::HasSubstr("id: e.7+2\nevent: projects-update"));
  EXPECT_THAT(text, testing::HasSubstr("id: e.7\nevent: presence"));
  EXPECT_EQ(CursorFromEventId("e.7+1"), "e.6");
  EXPECT_EQ(CursorFromEventId("e.7"), "e.7");
  EXPECT_EQ(CursorFromEventId(""), "");
  EXPECT_EQ(CursorFromEventId("+"), "");
  EXPECT_EQ(CursorFromEventId("no cursor+1"), "no cursor");
  EXPECT_EQ(CursorFromEventId("e.-9223372036854775808+1"), "e.-9223372036854775808");
}

TEST(RenderedEventsTest, TheTextIsMadeOnce) {
  RenderedEvents rendered;
  const auto event = EventNumber(1);
  const RenderedEvents::Text text = rendered.TextOf(event);
  EXPECT_EQ(*text, EventText(*event));
  EXPECT_EQ(rendered.TextOf(event), text) << "the very same string";
}

TEST(RenderedEventsTest, EventsThatShareAPlaceAreNotMistakenForEachOther) {
  RenderedEvents rendered;
  std::vector<std::shared_ptr<const v1::Event>> events;
  for (int i = 0; i < 5000; ++i) events.push_back(EventNumber(i));
  for (int round = 0; round < 2; ++round) {
    for (const auto& event : events) EXPECT_EQ(*rendered.TextOf(event), EventText(*event));
  }
  for (int i = 0; i < 5000; ++i) {
    // Memory is used again as soon as an event is gone.
    const auto event = EventNumber(-i);
    EXPECT_EQ(*rendered.TextOf(event), EventText(*event));
  }
}

TEST(RenderedEventsTest, ALongTextIsNotKept) {
  RenderedEvents rendered;
  const auto event = EventNumber(1, RenderedEvents::kMaxKeptBytes);
  const RenderedEvents::Text text = rendered.TextOf(event);
  EXPECT_EQ(*text, EventText(*event));
  EXPECT_NE(rendered.TextOf(event), text);
}

}  // namespace
}  // namespace specrelay
