// What relays have said of each write, as they said it.
#ifndef SPECRELAY_TESTS_SIMULATION_DELIVERY_RECORD_H_
#define SPECRELAY_TESTS_SIMULATION_DELIVERY_RECORD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "relay/event_log.h"
#include "relay/relay.h"
#include "tests/simulation/event_loop.h"

namespace specrelay {

// Reads the events of each relay as they are published, which no simulated watcher does, and holds what it reads
// against the promises of the offline queue:
//
//   A write that waits goes after those that wait with it for the same document, and after the conflict it waits
//   behind. A write waits for as long as it may, and no longer. What has been said to have ended without an effect has
//   none from then on.
//
// One thread. The arguments must outlive it.
class DeliveryRecord {
 public:
  // `keep` is how long a queue keeps what waits.
  DeliveryRecord(const EventLoop& loop, absl::Duration keep) : loop_(loop), keep_(keep) {}

  // Introduces a write before it is sent: what it writes, and whether it may be queued.
  void Introduce(const std::string& request_id, std::string path, bool may_queue);

  // Follows a relay from its start on.
  void Attach(Relay& relay, int life);

  // Whether that relay must have kept the write, with its content, for somebody to decide about it.
  bool Keeps(int life, const std::string& request_id) const;

  // Ids of the writes that must be in that relay's queue.
  std::vector<std::string> Queued(int life, const std::string& project_id) const;

  // Writes that wait at that relay for longer than a queue keeps them.
  std::vector<std::string> Overdue(int life) const;

  // Whether a write that took effect at that time had been sent, and not been said to have ended without an effect.
  bool MayTakeEffect(const std::vector<std::string>& request_ids, absl::Time at) const;

  // For people.
  const std::vector<std::string>& violations() const { return violations_; }

 private:
  class Reader;
  struct Subject {
    std::string path;
    bool may_queue = false;
  };
  // A write as one relay knows it.
  struct Write {
    std::string project_id;
    v1::CommandState state = v1::COMMAND_STATE_UNSPECIFIED;
    int64_t order = 0;
    absl::Time accepted;
    bool queued = false;     // since it was accepted
    bool passes = false;     // in parts, from its place in the queue
    bool resent = false;     // over a conflict
    bool kept = false;       // it ended so that somebody must decide about it, and nobody has
    int64_t kept_since = 0;  // the last place in the order by then
  };
  struct Step {
    absl::Time at;
    int life;
    v1::CommandState state;
  };

  void OnProgress(int life, const std::string& project_id, const v1::CommandProgress& progress);
  void CheckOrder(int life, const std::string& request_id, const Write& write);
  // A relay has accepted a write, for the first time or again.
  void OnAccepted(int life, const std::string& request_id, Write& write);
  // The conflict that the write is sent again over, if any.
  const Write* ConflictOf(int life, const std::string& request_id) const;

  const EventLoop& loop_;
  const absl::Duration keep_;
  int64_t last_order_ = 0;
  std::map<std::string, Subject> subjects_;
  std::map<std::pair<int, std::string>, Write> writes_;  // by life and request id
  std::map<std::string, std::vector<Step>> steps_;       // by request id
  std::vector<std::shared_ptr<Reader>> readers_;
  std::vector<std::string> violations_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_DELIVERY_RECORD_H_
