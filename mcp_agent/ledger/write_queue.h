// Writes that wait for the tree, one of whose threads works for all of them.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_
#define SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_

#include <deque>
#include <exception>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/ledger/write_ledger.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// A write whose thread waits. The leader may use the handler and sets one of the last two members.
struct QueuedWrite {
  QueuedWrite(const WriteRequest& its_request, WriteLedger::Handler its_handler)
      : request(its_request), handler(its_handler) {}

  const WriteRequest& request;
  const WriteLedger::Handler handler;
  absl::optional<absl::StatusOr<v1::CommandResult>> answer;
  std::exception_ptr thrown;  // what the handler threw

 private:
  friend class WriteQueue;

  enum class State { kWaiting, kLeads, kDone };
  State state = State::kWaiting;  // guarded by the queue's mutex
  absl::CondVar changed;
};

// First come, first served; bounded by the number of threads, for each waits in Enter(). Thread-safe.
class WriteQueue {
 public:
  // Queues a write. True when the caller is now the leader, and the write the first in the queue: it makes a
  // Leadership. False when another leader has answered the write.
  bool Enter(QueuedWrite& write) ABSL_LOCKS_EXCLUDED(mu_);

  // Number of writes that no leader has taken yet.
  int waiting() const ABSL_LOCKS_EXCLUDED(mu_);

  // Held by the leader. Its end hands out the answers of what was taken, and leadership to the first that is left. The
  // leader's own write is not left behind, and one that was taken and has no answer by then is told that its outcome is
  // unknown: whatever happens, nobody waits for ever. One thread.
  class Leadership {
   public:
    Leadership(WriteQueue& queue, const QueuedWrite& own) : queue_(queue), own_(own) {}
    ~Leadership();
    Leadership(const Leadership&) = delete;
    Leadership& operator=(const Leadership&) = delete;

    // The first that has not been taken; null when there is none at the moment.
    QueuedWrite* Next() const;
    // Takes it out of the queue.
    void Take();
    // Takes all that wait now and answers them alike.
    void AnswerAll(const absl::Status& status);

   private:
    WriteQueue& queue_;
    const QueuedWrite& own_;
    std::vector<QueuedWrite*> taken_;
  };

 private:
  mutable absl::Mutex mu_;
  bool led_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<QueuedWrite*> queue_ ABSL_GUARDED_BY(mu_);  // empty while nobody leads
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_WRITE_QUEUE_H_
