// Writes that wait for the tree, one of whose threads works for all of them.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_
#define SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// A write whose thread waits. The leader may use the handler and sets one of the last two members.
struct WaitingWrite {
  WaitingWrite(const WriteRequest& its_request, WriteLedger::Handler its_handler)
      : request(its_request), handler(its_handler) {}

  const WriteRequest& request;
  const WriteLedger::Handler handler;
  absl::optional<absl::StatusOr<v1::CommandResult>> answer;
  std::exception_ptr thrown;  // what the handler threw

 private:
  friend class WriteQueue;

  enum class State { kWaiting, kLeads, kDone };
  // Both guarded by the queue's mutex.
  State state = State::kWaiting;
  bool in_work = false;  // a leader is at it or has taken it
  absl::CondVar changed;
};

// First come, first served; bounded by the number of threads, for each waits in Enter(). Thread-safe.
//
// Callers that are answered together tend to come back together. Were the next group to begin with the first of them,
// the others would wait for a whole group more, so a leader waits for as many as were there lately: at most a quarter
// of the time that the last group took, counted from its end. One who is alone finds nobody to wait for.
class WriteQueue {
 public:
  // A write that no leader has come to after `patience` is answered with UNAVAILABLE.
  explicit WriteQueue(absl::Duration patience = absl::Seconds(10)) : patience_(patience) {}

  // Queues a write. True when the caller is now the leader, and the write the first in the queue: it makes a
  // Leadership. False when the write has been answered.
  bool Enter(WaitingWrite& write) ABSL_LOCKS_EXCLUDED(mu_);

  // Number of writes that no leader has taken yet.
  int waiting() const ABSL_LOCKS_EXCLUDED(mu_);

  // Held by the leader. Its end hands out the answers of what was taken, and leadership to the first that is left. The
  // leader's own write is not left behind, and one that was taken and has no answer by then is told that its outcome is
  // unknown: whatever happens, nobody waits for ever. One thread.
  class Leadership {
   public:
    // Waits as said above.
    Leadership(WriteQueue& queue, const WaitingWrite& own);
    ~Leadership();
    Leadership(const Leadership&) = delete;
    Leadership& operator=(const Leadership&) = delete;

    // The first that has not been taken; null when there is none at the moment. It waits for the leader from now on.
    WaitingWrite* Next();
    // Takes it out of the queue.
    void Take();
    // Takes all that wait now and answers them alike.
    void AnswerAll(const absl::Status& status);

   private:
    WriteQueue& queue_;
    const WaitingWrite& own_;
    const std::chrono::steady_clock::time_point began_;
    std::vector<WaitingWrite*> taken_;
  };

 private:
  using Clock = std::chrono::steady_clock;

  // Answers a write that has waited too long, and forgets it.
  void GiveUp(WaitingWrite& write) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Waits for those who are expected. When that ended.
  Clock::time_point Gather() ABSL_LOCKS_EXCLUDED(mu_);

  const absl::Duration patience_;
  mutable absl::Mutex mu_;
  absl::CondVar gathered_;  // as many are there as are expected
  bool led_ ABSL_GUARDED_BY(mu_) = false;
  size_t expected_ ABSL_GUARDED_BY(mu_) = 0;  // that were there when the last group ended, those in it included
  Clock::time_point gather_until_ ABSL_GUARDED_BY(mu_);
  std::deque<WaitingWrite*> queue_ ABSL_GUARDED_BY(mu_);  // empty while nobody leads
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_
