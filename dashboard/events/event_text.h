// Live messages as text/event-stream carries them.
#ifndef SPECRELAY_DASHBOARD_EVENTS_EVENT_TEXT_H_
#define SPECRELAY_DASHBOARD_EVENTS_EVENT_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Pure and thread-safe, all of them. Ids are cursors, which go on after what they stand beside.

// All messages of one event. An event of several messages gives each an id of its own: the last has the event's cursor,
// and those before it "<cursor>+<n>", with which CursorFromEventId begins with the whole event again.
std::string EventText(const v1::Event& event);

// Tells a watcher that it has missed events and where it goes on.
std::string ResyncText(absl::string_view cursor, absl::string_view project_id, absl::string_view reason);

// What a stream begins with: where it stands, so that even a client that has seen no event yet loses none when its
// connection breaks, and how long to wait before it connects again.
std::string GreetingText(absl::string_view cursor, absl::Duration retry);

// Keeps proxies from taking a quiet stream for a dead one, and keeps the client's position from growing old.
std::string HeartbeatText(absl::string_view cursor);

// A remark for people who read the stream; programs skip it.
std::string RemarkText(absl::string_view remark);

// The cursor to go on from for a client whose last event had `id`. An id that is none becomes a cursor that is none.
std::string CursorFromEventId(absl::string_view id);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_EVENT_TEXT_H_
