// What happened, in the words of the HTTP contract.
#ifndef SPECRELAY_DASHBOARD_EVENTS_LIVE_MESSAGE_H_
#define SPECRELAY_DASHBOARD_EVENTS_LIVE_MESSAGE_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "dashboard/api/json_values.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// One message to those who listen for `type`.
struct LiveMessage {
  absl::string_view type;  // a literal: "spec-update"
  Json data;               // an object
};

// The messages that `event` makes, in order; none for an event that this version does not know. They name what changed
// (paths, ids, hashes, states) and leave out contents, which watchers read under their own rights: a document can be
// large, and there is one copy for each watcher.
//
//   event                      messages
//   document of a spec         spec-update
//   its tasks.md               task-status-update, spec-update
//   anything archived          spec-update
//   steering document          steering-update
//   approval, its snapshots    approval-update
//   question                   question-update
//   implementation log         implementation-log-update
//   record of task events      activity
//   other files                file-changed
//   agent came or went         agent:created, agent:updated or agent:deleted; projects-update; presence
//   command came further       command-state, with who sent it; of a command that changed jobs also job-update
//   job came further           job-update
//   events were missed         resync
//
// An agent is created when its first instance connects and deleted when its last one goes; in between it is updated.
//
// Pure and thread-safe.
std::vector<LiveMessage> LiveMessagesOf(const v1::Event& event);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_LIVE_MESSAGE_H_
