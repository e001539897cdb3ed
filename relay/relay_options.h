// What a relay is told when it is made: times, bounds, and what it works with.
#ifndef SPECRELAY_RELAY_RELAY_OPTIONS_H_
#define SPECRELAY_RELAY_RELAY_OPTIONS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "proto/support/body_transfer.h"
#include "proto/support/clock.h"
#include "relay/command_table.h"
#include "relay/event_log.h"
#include "relay/memory_offline_queue.h"
#include "relay/offline_queue.h"
#include "relay/registry.h"
#include "relay/relay_observer.h"
#include "relay/room_book.h"

namespace specrelay {

struct RelayOptions {
  // Tells the cursors of this process from those of others; RandomBase62(8) in production.
  std::string epoch;
  absl::Duration heartbeat_interval = absl::Seconds(30);
  // The same while an agent owes answers and is silent: one that was stopped with its socket alive is found sooner.
  absl::Duration busy_heartbeat_interval = absl::Seconds(10);
  absl::Duration suspect_after = absl::Seconds(2);           // of silence after a ping: others are preferred
  absl::Duration dead_after = absl::Seconds(10);             // of silence after a ping: the stream is ended
  absl::Duration session_check_interval = absl::Seconds(1);  // for how long agents are silent, or neglect a body
  absl::Duration default_timeout = absl::Seconds(30);
  absl::Duration min_timeout = absl::Seconds(1);
  absl::Duration max_timeout = absl::Minutes(10);
  int64_t max_frame_bytes = 68 << 20;        // a file of 64 MiB and what surrounds it
  std::string dashboard_url;                 // where people reach the dashboard, for agents' links; empty: not known
  int64_t max_whole_bytes = kMaxWholeBytes;  // commands and answers of more pass in parts where the agent takes that
  // Of those commands, until they have ended, in the memory that they take, and of those answers, while they come: no
  // account takes more than an eighth of the room, which holds one of the largest.
  RoomBook::Limits large_commands{{1'024, 136 << 20}, {2'048, 136 << 20}, {16'384, 1088 << 20}};
  RoomBook::Limits large_answers{{1'024, 72 << 20}, {2'048, 72 << 20}, {16'384, 576 << 20}};
  absl::Duration body_patience = absl::Seconds(30);  // for an agent to let one go on, or to go on with one
  int in_flight_per_project = 1024;
  int max_sendings = 8;                              // of one command to agents that go without an answer
  absl::Duration queue_keep = absl::Hours(24);       // for queued commands
  absl::Duration queue_patience = absl::Minutes(1);  // for the answer to one that was sent, at least
  EventLogLimits event_log;
  Registry::Limits registry;
  CommandTable::Limits commands;
  RoomBook::Limits queue = MemoryOfflineQueue::kDefaultLimits;  // of the queue in memory
  // All must outlive the relay.
  const Clock* wall_clock = nullptr;      // of times that people see; nullptr: the clock of deadlines
  RelayObserver* observer = nullptr;      // nullptr: nobody
  OfflineQueue* offline_queue = nullptr;  // nullptr: one in memory
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_RELAY_OPTIONS_H_
